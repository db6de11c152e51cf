/**
 * The theme that a reader chose in the settings, light or dark; without it the page follows the device. The page's script
 * keeps it in a cookie and not in its own storage: so the server renders it, and no page is painted in the wrong one first.
 */
import type { RequestHandler } from 'express';
import { cookieOf } from './cookie';
import { isTheme, THEME_COOKIE } from '../shared/theme';

/** Gives the templates the theme. It stands before everything that may fail, as error pages need it, too. */
export const themed: RequestHandler = (req, res, next) => {
  const kept = cookieOf(req, THEME_COOKIE);
  if (isTheme(kept)) res.locals['theme'] = kept;
  next();
};

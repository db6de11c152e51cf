/** Tells the page's script which name a form has set. */
import type { Request, Response } from 'express';
import { wantsPage } from '../middlewares/errors';
import { NAMED_COOKIE } from '../shared/named';

/** How long the name waits for the page's script, in ms. */
const WAITS = 60_000;

/** If the form was a page's, its answer brings the name to the room's next page, and to no other. @param name empty for none */
export function tellName(req: Request, res: Response, roomId: string, name: string): void {
  if (!wantsPage(req, res)) return;
  const path = `${req.baseUrl}/room/${roomId}`;
  res.cookie(NAMED_COOKIE, name, { path, maxAge: WAITS, sameSite: 'lax', secure: req.secure });
}

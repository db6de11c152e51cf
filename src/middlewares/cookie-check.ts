/**
 * Finds out whether a browser refuses our cookie. Without it, each request seems to come from another person, so that a
 * right password opens nothing. A request without a cookie proves nothing by itself: it may be the first visit, or the session
 * may have ended. So we send a cookie with a redirect to `?cookie=sent`. If the next request brings none, the browser refuses
 * cookies.
 */
import type { Request, RequestHandler, Response } from 'express';
import { isPeek, isNewcomer } from './identity';
import { Refusal } from '../rules/refusal';

/**
 * The address to which the answer to a form redirects: the room's page. If the request brought no session, the redirect also
 * checks the cookie. That is rare, since people get their session with the page of the form.
 */
export function roomAddress(req: Request, res: Response, roomId: string): string {
  return `${req.baseUrl}/room/${encodeURIComponent(roomId)}${isNewcomer(res) ? '?cookie=sent' : ''}`;
}

/**
 * For the room's page, behind `identity`. `?cookie=check` begins the check, `?cookie=sent` ends it. If the cookie came, both
 * lead to the room's page. @throws Refusal NO_COOKIE if the browser refuses cookies.
 */
export const cookieCheck: RequestHandler<{ id: string }> = (req, res, next) => {
  const { cookie } = req.query;
  if ((cookie !== 'check' && cookie !== 'sent') || isPeek(req)) next();
  else if (isNewcomer(res) && cookie === 'sent') throw new Refusal('NO_COOKIE');
  else res.redirect(roomAddress(req, res, req.params.id));
};

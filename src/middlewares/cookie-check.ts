/**
 * Finds out whether a browser refuses our cookie. Without it, each request is another person, so that a right password
 * opens nothing. A request without a cookie shows nothing by itself: it may be the first visit, or the session may have
 * ended. So a cookie is sent with a redirect to `?cookie=sent`. If that request brings none, the browser refuses cookies.
 */
import type { Request, RequestHandler, Response } from 'express';
import { isPeek, isNewcomer } from './identity';
import { Refusal } from '../rules/refusal';

/**
 * Where a post of this request leads: to the room's page, by way of the check if the post brought no session. People get
 * their session from the form's page already, so that this is rare.
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

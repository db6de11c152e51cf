/** Requests that another site made in a visitor's name are refused, without tokens: the browser says who asks. */
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { Refusal } from '../rules/refusal';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether our own page, the reader's own hand, or a program without a browser asks.
 * @source https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}

export const sameOrigin: RequestHandler = (req, _res, next) => {
  if (!SAFE_METHODS.has(req.method) && !isSameOrigin(req.headers)) throw new Refusal('CROSS_SITE');
  next();
};

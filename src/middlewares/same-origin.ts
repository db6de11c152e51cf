/**
 * Refuses requests that a page of another site made in a visitor's name (CSRF). It needs no tokens: browsers say in the
 * request's headers from which site it comes.
 */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { Site } from './site';
import { logger, redactUrl } from '../logger';
import { Refusal } from '../rules/refusal';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Refusals are logged at most once in this time, in ms, so that a page of another site cannot fill the log. */
const LOG_EVERY = 60_000;
/** The longest part of a header that is logged, in characters. */
const MAX_LOGGED = 200;

export interface SameOrigin {
  /** Whether the request comes from our own page, from the address bar, or from no browser. Others are logged. */
  isSameOrigin: (req: IncomingMessage) => boolean;
  /** Refuses requests that do not come from there, unless they only read. */
  sameOrigin: RequestHandler;
}

/** @source https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html */
export function createSameOrigin(site: Site): SameOrigin {
  let loggedAt = -Infinity;

  function isSameOrigin(req: IncomingMessage): boolean {
    const problem = problemOf(req, site);
    if (problem !== undefined && performance.now() - loggedAt >= LOG_EVERY) {
      loggedAt = performance.now();
      logger.warn(`refused as another site's: ${req.method ?? ''} ${redactUrl(req.url ?? '')}: ${problem}`);
    }
    return problem === undefined;
  }

  return {
    isSameOrigin,
    sameOrigin: (req, _res, next) => {
      if (!SAFE_METHODS.has(req.method) && !isSameOrigin(req)) throw new Refusal('CROSS_SITE');
      next();
    },
  };
}

/** Why this request counts as one of another site; undefined if it does not. */
function problemOf(req: IncomingMessage, site: Site): string | undefined {
  const { origin, 'sec-fetch-site': relation } = req.headers;
  if (relation === 'same-origin' || relation === 'none') return undefined;
  const page = `a page of ${(origin ?? 'unknown origin').slice(0, MAX_LOGGED)}`;
  if (relation !== undefined)
    return `${page} asked, which the browser calls ${relation.slice(0, MAX_LOGGED)}`;
  // Browsers from before 2023, and all browsers over plain http, send only the origin of the page.
  if (origin === undefined || site.isOurs(origin, req)) return undefined;
  const hosts = site.hostsOf(req).join(', ').slice(0, MAX_LOGGED);
  return `${page} asked ${hosts}. If that is our own page, a proxy changed the address: set PUBLIC_URL, or TRUST_PROXY`;
}

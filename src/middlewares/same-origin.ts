/** Requests that another site made in a visitor's name are refused, without tokens: the browser says who asks. */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { Site } from './site';
import { logger, redactUrl } from '../logger';
import { Refusal } from '../rules/refusal';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Refusals are logged at most once in this time, in ms: others' pages must not fill the log. */
const LOG_EVERY = 60_000;
/** As much of a header as is logged. */
const MAX_LOGGED = 200;

export interface SameOrigin {
  /** Whether our own page, the reader's own hand, or a program without a browser asks. What is refused is logged. */
  isSameOrigin: (req: IncomingMessage) => boolean;
  /** Refuses what is not, unless it only reads. */
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

/** Why a request counts as another site's; undefined when it does not. */
function problemOf(req: IncomingMessage, site: Site): string | undefined {
  const { origin, 'sec-fetch-site': relation } = req.headers;
  if (relation === 'same-origin' || relation === 'none') return undefined;
  const page = `a page of ${(origin ?? 'unknown origin').slice(0, MAX_LOGGED)}`;
  if (relation !== undefined)
    return `${page} asked, which the browser calls ${relation.slice(0, MAX_LOGGED)}`;
  // Browsers of before 2023, and all where plain http is used, say only where the page is from.
  if (origin === undefined || site.isOurs(origin, req)) return undefined;
  const hosts = site.hostsOf(req).join(', ').slice(0, MAX_LOGGED);
  return `${page} asked ${hosts}. If that is our own page, a proxy changed the address: set PUBLIC_URL, or TRUST_PROXY`;
}

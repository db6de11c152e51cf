/** Limits how often people may send requests that are costly to answer. Files of pages are not, so they have no limit. */
import type { RequestHandler } from 'express';
import { originOf } from './address';
import { visitorOf } from './identity';
import type { Limits } from '../services/limits';

/**
 * Counts each request. On routes with a session it stands behind the session, so that a person's own limit is reached before
 * the limit of their address. @throws Refusal RATE_LIMITED.
 */
export function limited(limits: Limits, name: Parameters<Limits['spend']>[0]): RequestHandler {
  return async (req, _res, next) => {
    const who = 'session' in req ? visitorOf(req) : undefined;
    await limits.spend(name, who ?? originOf(req.ip ?? ''));
    next();
  };
}

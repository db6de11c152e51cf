/** Limits of what is costly to answer. Files are not: they are sent from memory or by the system. */
import type { RequestHandler } from 'express';
import { originOf } from './address';
import { visitorOf } from './identity';
import type { Limits } from '../services/limits';

/** Behind the session, where there is one, so that a person's own limit comes before that of their address. */
export function limited(limits: Limits, name: Parameters<Limits['spend']>[0]): RequestHandler {
  return async (req, _res, next) => {
    const who = 'session' in req ? visitorOf(req) : undefined;
    await limits.spend(name, who ?? originOf(req.ip ?? ''));
    next();
  };
}

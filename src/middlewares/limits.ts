/** Limits how often people may send requests that are costly to answer. Files of pages are not, so they have no limit. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import { originOf } from './address';
import { isPeek, payerOf } from './identity';
import type { Limits } from '../services/limits';
import { createTurns } from '../turns';

/** How many costly answers are made at the same time for one address. */
const AT_ONCE = 2;

/**
 * Counts each request. On routes with a session it stands behind the session, so that a person's own limit is reached before
 * the limit of their address. A page that no person asked for has a limit of its own: a foreign page must not use up what
 * newcomers may do. @throws Refusal RATE_LIMITED.
 */
export function limited(limits: Limits, name: Parameters<Limits['spend']>[0]): RequestHandler {
  return async (req, _res, next) => {
    await limits.spend(name === 'page' && isPeek(req) ? 'peek' : name, payerOf(req));
    next();
  };
}

/**
 * Lets the requests of one address wait for each other. If they all were answered at once, everybody else would wait until the
 * last of them is.
 */
export function inTurn<P>(handler: RequestHandler<P>): RequestHandler<P> {
  const turns = new Map<string, { take: ReturnType<typeof createTurns>; takers: number }>();
  return async (req, res, next) => {
    const { address } = originOf(req.ip ?? '');
    const at = turns.get(address) ?? { take: createTurns({ atOnce: AT_ONCE, waiting: Infinity }), takers: 0 };
    turns.set(address, at);
    at.takers += 1;
    try {
      await at.take(async () => {
        await handler(req, res, next);
        await nextTurn();
      });
    } finally {
      at.takers -= 1;
      if (at.takers === 0) turns.delete(address);
    }
  };
}

/** Who asks: a random id in the session, made and saved before the first byte of the answer that needs it. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { colorOf } from '../rules/color';
import { Refusal } from '../rules/refusal';
import type { Limits } from '../services/limits';
import type { Visitor } from '../services/rooms';

/** Gives a visitor without an identity one. Who only peeks (HEAD, prefetch) gets none. */
export function identity(limits: Limits): RequestHandler {
  return async (req, _res, next) => {
    if (req.session.userId === undefined && !isPeek(req)) {
      await limits.spend('session', addressOf(req));
      req.session.userId = randomUUID();
      req.session.color = colorOf(req.session.userId);
      // A browser acts on a page before express-session stores it by itself.
      await save(req);
    }
    next();
  };
}

/** Who asks, if known. */
export function visitorOf(req: Request): Visitor | undefined {
  const { userId } = req.session;
  return userId === undefined ? undefined : { id: userId, address: addressOf(req) };
}

/** Who asks, behind `identity`: only a peek has none, and is nobody. */
export function whoIs(req: Request): Visitor {
  return visitorOf(req) ?? { id: '', address: addressOf(req) };
}

/** A look ahead that no person asked for yet. */
function isPeek(req: Request): boolean {
  return (
    req.method === 'HEAD' ||
    /prefetch|preview/i.test(`${req.get('sec-purpose') ?? ''} ${req.get('purpose') ?? ''}`)
  );
}

function addressOf(req: Request): string {
  return req.ip ?? '';
}

function save(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.save((error: unknown) => {
      if (error) reject(new Refusal('UNAVAILABLE', { cause: error }));
      else resolve();
    });
  });
}

/** Who asks: a random id in the session, made and saved before the first byte of the answer that needs it. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { networkOf } from './address';
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

/** Who does something, behind `identity`. @throws Refusal NOT_ADMITTED to a peek, which does nothing. */
export function whoIs(req: Request): Visitor {
  const visitor = visitorOf(req);
  if (visitor === undefined) throw new Refusal('NOT_ADMITTED');
  return visitor;
}

/** Whether this is a look ahead that no person asked for yet, with a session or without. */
export function isPeek(req: Request): boolean {
  if (req.method === 'HEAD') return true;
  const purpose = `${req.get('sec-purpose') ?? ''} ${req.get('purpose') ?? ''}`;
  return req.method === 'GET' && /prefetch|preview/i.test(purpose);
}

function addressOf(req: Request): string {
  return networkOf(req.ip ?? '');
}

function save(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.save((error: unknown) => {
      if (error) reject(new Refusal('UNAVAILABLE', { cause: error }));
      else resolve();
    });
  });
}

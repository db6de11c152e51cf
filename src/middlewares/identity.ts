/** The identity of a visitor: a random id in the session. It is saved before the answer that needs it is sent. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { originOf } from './address';
import { renew, save } from './session';
import { colorOf } from '../rules/color';
import { Refusal } from '../rules/refusal';
import type { Limits, Payer } from '../services/limits';
import type { Visitor } from '../services/rooms';

/**
 * Gives an identity to a visitor who has none, and keeps that of the others alive. It does nothing for a peek (see
 * `isPeek`), which may come from a program.
 */
export function identity(limits: Limits): RequestHandler {
  return async (req, res, next) => {
    if (isPeek(req)) {
      next();
      return;
    }
    if (req.session.userId === undefined) {
      await begin(req, limits);
      res.locals['isNewcomer'] = true;
    } else {
      await renew(req);
    }
    next();
  };
}

/** Whether the request brought no session, so that its answer begins one. */
export function isNewcomer(res: Response): boolean {
  return res.locals['isNewcomer'] === true;
}

/** The visitor who sent this request; undefined if they have no identity. */
export function visitorOf(req: Request<object>): Visitor | undefined {
  const { userId, since } = req.session;
  return userId === undefined ? undefined : { id: userId, since, ...originOf(req.ip ?? '') };
}

/** Who pays for the request: its visitor, or its address if it has no visitor or its route reads no session. */
export function payerOf(req: Request<object>): Payer {
  return ('session' in req ? visitorOf(req) : undefined) ?? originOf(req.ip ?? '');
}

/** The visitor, on routes after `identity`. @throws Refusal NOT_ADMITTED for a peek: it has no identity. */
export function whoIs(req: Request): Visitor {
  const visitor = visitorOf(req);
  if (visitor === undefined) throw new Refusal('NOT_ADMITTED');
  return visitor;
}

/**
 * Whether no person asked for this page: the browser loads it ahead of time, or another site shows it as a picture, a script
 * or a frame. Such a request makes no session, and tries no password.
 * @source https://www.w3.org/TR/fetch-metadata/
 */
export function isPeek(req: Request): boolean {
  if (req.method === 'HEAD') return true;
  const isForeign = /^(?:cross|same)-site$/.test(req.get('sec-fetch-site') ?? '');
  if (isForeign && req.get('sec-fetch-dest') !== 'document') return true;
  const purpose = `${req.get('sec-purpose') ?? ''} ${req.get('purpose') ?? ''}`;
  return req.method === 'GET' && /prefetch|preview/i.test(purpose);
}

async function begin(req: Request, limits: Limits): Promise<void> {
  await limits.spend('session', originOf(req.ip ?? ''));
  const userId = randomUUID();
  Object.assign(req.session, { userId, color: colorOf(userId), since: Date.now(), renewedAt: Date.now() });
  await save(req);
}

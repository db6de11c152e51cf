/** The session, shared by Express and Socket.IO, in the same store as the rooms. */
import type { RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import { Refusal } from '../rules/refusal';

const MAX_AGE = 30 * 24 * 60 * 60 * 1_000;

/** @param secret signs the cookie. The cookie is `secure` where the connection is. */
export function sessions(store: Store, secret: string): RequestHandler {
  const middleware = session({
    store,
    secret,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: MAX_AGE },
  });
  return (req, res, next) => {
    middleware(req, res, (error: unknown) => {
      // While its store is away, express-session goes on without a session.
      const isThere = error === undefined && 'session' in req;
      next(isThere ? undefined : new Refusal('UNAVAILABLE', { cause: error }));
    });
  };
}

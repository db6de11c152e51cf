/** The session, shared by Express and Socket.IO, in the same store as the rooms. */
import type { RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import type { Site } from './site';
import { Refusal } from '../rules/refusal';
import { within } from '../timers';

const MAX_AGE = 30 * 24 * 60 * 60 * 1_000;
/** How long the sessions' store may take to answer, in ms. */
const PATIENCE = 5_000;

/** @param secret signs the cookie. The cookie is of the site's path, and `secure` where the browser asked by https. */
export function sessions(store: Store, secret: string, site: Site): RequestHandler {
  const middleware = session({
    store,
    secret,
    resave: false,
    saveUninitialized: false,
    cookie: { path: site.path || '/', httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: MAX_AGE },
  });
  return (req, res, next) => {
    // As in `OPTIONS *`, which asks about the whole server: no cookie is of its path.
    if (req.url === '*') throw new Refusal('PAGE_NOT_FOUND');
    // For `secure: 'auto'`: Express itself knows no PUBLIC_URL.
    Object.defineProperty(req, 'secure', { value: site.isHttps(req) });
    const loaded = new Promise<void>((resolve, reject) => {
      middleware(req, res, (error: unknown) => {
        // While its store is away, express-session goes on without a session.
        if (error === undefined && 'session' in req) resolve();
        else reject(new Error('the session cannot be read', { cause: error }));
      });
    });
    within(PATIENCE, loaded).then(
      () => next(),
      (error: unknown) => next(new Refusal('UNAVAILABLE', { cause: error })),
    );
  };
}

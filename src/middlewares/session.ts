/** The session, shared by Express and Socket.IO, in the same store as the rooms. */
import type { RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import type { Site } from './site';
import { Refusal } from '../rules/refusal';

const MAX_AGE = 30 * 24 * 60 * 60 * 1_000;
/** How long the store of the sessions may take, in ms. */
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
    let isOver = false;
    const goOn = (error?: unknown) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      // While its store is away, express-session goes on without a session.
      const isThere = error === undefined && 'session' in req;
      next(isThere ? undefined : new Refusal('UNAVAILABLE', { cause: error }));
    };
    // The error is made when it is needed: made here, it and its stack trace would live as long as each request.
    const timer = setTimeout(() => {
      goOn(new Error('the session got no answer'));
    }, PATIENCE);
    // For `secure: 'auto'`: Express itself knows no PUBLIC_URL.
    Object.defineProperty(req, 'secure', { value: site.isHttps(req) });
    middleware(req, res, goOn);
  };
}

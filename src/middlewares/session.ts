/** The session of a visitor. Express and Socket.IO share it; it is kept in the same store as the rooms. */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import type { Site } from './site';
import { logger } from '../logger';
import { Refusal } from '../rules/refusal';
import { within } from '../timers';

const DAY = 24 * 60 * 60 * 1_000;
/** How long a session lives after the last visit, in ms. Visits within a day of each other count as one. */
const MAX_AGE = 30 * DAY;
/** How long the sessions' store may take to answer, in ms. */
const PATIENCE = 5_000;

/**
 * Lets the session live for another 30 days, and the browser's cookie with it. It does so once a day, so that not every
 * answer sets a cookie and writes. All requests that do this at the same time write the same session.
 * Must be awaited before the first byte of the answer. If the store fails, the next visit does it.
 */
export async function renew(req: IncomingMessage): Promise<void> {
  const { session } = req;
  // A date in the future means that the clock was moved back since.
  if (Math.abs(Date.now() - (session.renewedAt ?? 0)) < DAY) return;
  // A changed session makes express-session set the cookie again.
  session.renewedAt = Date.now();
  session.touch();
  await save(req).catch((error: unknown) => {
    const cause = error instanceof Refusal ? error.cause : error;
    logger.warn(`a session is renewed at the next visit (${String(cause)})`);
  });
}

/**
 * Stores the session now. express-session stores it only when the answer is nearly sent, and the browser may send its next
 * request before that.
 * @throws Refusal UNAVAILABLE, with the store's error as its cause.
 */
export function save({ session }: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    session.save((error: unknown) => {
      if (error) reject(new Refusal('UNAVAILABLE', { cause: error }));
      else resolve();
    });
  });
}

/** @param secret signs the cookie. The cookie is valid below the site's path; it is `secure` if the browser uses https. */
export function sessions(store: Store, secret: string, site: Site): RequestHandler {
  const middleware = session({
    store,
    secret,
    resave: false,
    saveUninitialized: false,
    cookie: { path: site.path || '/', httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: MAX_AGE },
  });
  return (req, res, next) => {
    // `OPTIONS *` asks about the whole server. It has no path below which our cookie could be valid.
    if (req.url === '*') throw new Refusal('PAGE_NOT_FOUND');
    // `secure: 'auto'` reads this property. Express would set it without regard to PUBLIC_URL.
    Object.defineProperty(req, 'secure', { value: site.isHttps(req) });
    const loaded = new Promise<void>((resolve, reject) => {
      middleware(req, res, (error: unknown) => {
        // If its store does not answer, express-session goes on without a session.
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

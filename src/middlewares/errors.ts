/** The one place that makes an answer of an error: a page for people, JSON for scripts. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { wordsFor } from './language';
import { tarpit } from './tarpit';
import { DEFAULT, languages, refusalText, type Words } from '../locales';
import { logger, redactUrl } from '../logger';
import { Refusal, type RefusalCode } from '../rules/refusal';

const TOO_MANY_REQUESTS = 429;
/** The HTTP status of each refusal. */
export const STATUS: Record<RefusalCode, number> = {
  BAD_REQUEST: 400,
  NO_GIF: 400,
  PASSWORD_NEEDED: 401,
  WRONG_PASSWORD: 401,
  NOT_ADMITTED: 403,
  NO_COOKIE: 403,
  BARRED: 403,
  FORBIDDEN: 403,
  NO_GIFS_HERE: 403,
  CROSS_SITE: 403,
  ELSEWHERE: 403,
  ROOM_NOT_FOUND: 404,
  PAGE_NOT_FOUND: 404,
  ROOM_FULL: 409,
  NAME_TAKEN: 409,
  TOO_LARGE: 413,
  NOT_A_GIF: 415,
  RATE_LIMITED: TOO_MANY_REQUESTS,
  TOO_MANY_ROOMS: TOO_MANY_REQUESTS,
  NO_SEAT: TOO_MANY_REQUESTS,
  INTERNAL: 500,
  ROOM_BYTES: 507,
  DISK_FULL: 507,
  UNAVAILABLE: 503,
};

/** After these refusals a reader is sent back to the list, which shows the text: the book's three, and `BARRED`. */
const TOLD_BY_THE_LIST: readonly RefusalCode[] = ['ROOM_NOT_FOUND', 'BARRED', 'WRONG_PASSWORD', 'ROOM_FULL'];
/** `?error=` has the book's texts, in whatever language the page is shown. */
const { refusals: TEXTS } = languages[DEFAULT];

/** The text for `?error=`, if it is one of ours: a link from elsewhere must not make our page show any text. */
export function listError(text: unknown, words: Words): string | undefined {
  const code = TOLD_BY_THE_LIST.find((one) => TEXTS[one] === text);
  return code && words.refusals[code];
}

/** Marks a route that scripts call: a request that does not ask for a page gets JSON. */
export const forScripts: RequestHandler = (_req, res, next) => {
  res.locals['isForScripts'] = true;
  next();
};

/** Whether the answer must be a page for a reader. On routes for scripts, only if the request asks for HTML. */
export function wantsPage(req: Request, res: Response): boolean {
  const isForScripts = res.locals['isForScripts'] === true;
  if (isForScripts) return req.accepts(['json', 'html']) === 'html';
  return req.accepts(['html', 'json']) !== 'json' && !req.is('json');
}

/** Stands behind all routes. @throws Refusal PAGE_NOT_FOUND. */
export const notFound: RequestHandler = () => {
  throw new Refusal('PAGE_NOT_FOUND');
};

/** Answers every error, and logs those that are our mistakes or the store's. */
export const errorHandler: ErrorRequestHandler = async (error: unknown, req, res, next) => {
  const refusal = toRefusal(error);
  const { code, cause } = refusal;
  if (code === 'INTERNAL') logger.fault(`${req.method} ${redactUrl(req.originalUrl)}`, cause);
  if (code === 'UNAVAILABLE') logger.warn(`unavailable: ${String(cause)}`);
  if (res.headersSent) {
    next(error);
    return;
  }
  await setRefused(res, refusal);
  const words = wordsFor(req);
  if (!wantsPage(req, res)) {
    res.json({ error: { code, message: refusalText(refusal, words) } });
  } else if (TOLD_BY_THE_LIST.includes(code)) {
    const list = `${req.baseUrl}/?error=${encodeURIComponent(TEXTS[code])}`;
    res.redirect(req.method === 'GET' ? 302 : 303, list);
  } else {
    const message =
      code === 'PAGE_NOT_FOUND' ? words.noRoute(req.method, req.path) : refusalText(refusal, words);
    res.render('error.html', {
      title: words.titles.error,
      message,
      status: STATUS[code],
      code,
      // The address of a form cannot be opened by a link, so the links to other languages lead to the list instead.
      ...(req.method !== 'GET' && { here: `${req.baseUrl}/` }),
    });
  }
};

/**
 * Must be awaited before an answer that tells of a refusal: sets its status, and after how many seconds the client may try again.
 * Who asks too often waits for it.
 */
export async function setRefused(res: Response, { code, retryAfter }: Refusal): Promise<void> {
  const status = STATUS[code];
  if (status === TOO_MANY_REQUESTS) await tarpit();
  res.status(status);
  if (retryAfter !== undefined) res.set('Retry-After', String(retryAfter));
}

/** Errors that Express and its parsers throw for a bad request have a status of 4xx. All other errors are our mistakes. */
function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status =
    typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
  if (status === 413) return new Refusal('TOO_LARGE', { cause: error });
  return new Refusal(status >= 400 && status < 500 ? 'BAD_REQUEST' : 'INTERNAL', { cause: error });
}

/** The language of the reader: the one in the address, else the one chosen before, else what the browser asks for. */
import type { IncomingMessage } from 'node:http';
import accepts from 'accepts';
import type { RequestHandler } from 'express';
import { cookieOf } from './cookie';
import type { Site } from './site';
import { isLanguage, languages, LANGUAGES, type Language, type Words } from '../locales';

const COOKIE = 'lang';
const YEAR = 365 * 24 * 3_600_000;
/** What a link to the same page must not repeat: the language that it changes, and passwords. */
const NOT_TO_REPEAT = ['lang', 'password'];

/** What the templates know of languages. */
interface PageLanguage {
  lang: Language;
  words: Words;
  /** The other languages, by their own names, and the query of the address of this page in that language. */
  otherLanguages: { lang: Language; name: string; query: string }[];
}

/** Gives the templates the words of the reader's language. It stands before all that may fail, as error pages need it. */
export const speaks: RequestHandler = (req, res, next) => {
  const lang = languageOf(req);
  const pageLanguage: PageLanguage = {
    lang,
    words: languages[lang],
    otherLanguages: LANGUAGES.filter((other) => other !== lang).map((other) => ({
      lang: other,
      name: languages[other].name,
      query: queryWith(other, req),
    })),
  };
  Object.assign(res.locals, pageLanguage);
  next();
};

/**
 * If the address asks for a language, keeps it in a cookie for a year. All answers behind this middleware depend on the
 * reader's language, so a header tells caches that.
 */
export function keepsLanguage(site: Site): RequestHandler {
  return (req, res, next) => {
    res.vary('Accept-Language, Cookie');
    const chosen = chosenBy(req);
    if (chosen !== undefined)
      res.cookie(COOKIE, chosen, {
        path: site.path || '/',
        sameSite: 'lax',
        httpOnly: true,
        secure: site.isHttps(req),
        maxAge: YEAR,
      });
    next();
  };
}

/** The language of the reader who sent this request. It may also be the handshake of a socket. */
export function languageOf(req: IncomingMessage): Language {
  const kept = cookieOf(req, COOKIE);
  const language = chosenBy(req) ?? (isLanguage(kept) ? kept : accepts(req).language([...LANGUAGES]));
  return isLanguage(language) ? language : LANGUAGES[0];
}

/** Every string of that language. */
export function wordsFor(req: IncomingMessage): Words {
  return languages[languageOf(req)];
}

function chosenBy(req: IncomingMessage): Language | undefined {
  const chosen = req.method === 'GET' ? queryOf(req).get('lang') : undefined;
  return isLanguage(chosen) ? chosen : undefined;
}

function queryWith(language: Language, req: IncomingMessage): string {
  const query = queryOf(req);
  for (const name of NOT_TO_REPEAT) query.delete(name);
  query.set('lang', language);
  return `?${query.toString()}`;
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : url.slice(at));
}

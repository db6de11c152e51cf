/**
 * The languages. Each is a folder with the same four files: what the server says, the templates, the pages' scripts, and the
 * lab. A further language is one more folder and one more name in `languages`; if a string is missing in it, nothing compiles.
 */
import { en } from './en';
import { ko } from './ko';
import type { Refusal } from '../rules/refusal';
import { MAX_CHAT_LENGTH } from '../shared/sizes';

/** Every string of one language. */
export type Words = typeof ko;

export const languages = { ko, en } satisfies Record<string, Words>;
/** A code of BCP 47. */
export type Language = keyof typeof languages;

/** The language of the book's events, and of readers who ask for none that we have. */
export const DEFAULT: Language = 'ko';
/** The default comes first. */
export const LANGUAGES: readonly [Language, ...Language[]] = [
  DEFAULT,
  ...Object.keys(languages)
    .filter(isLanguage)
    .filter((code) => code !== DEFAULT),
];

export function isLanguage(code: unknown): code is Language {
  return typeof code === 'string' && Object.hasOwn(languages, code);
}

/** The text of a refusal: with the bound that was broken, the field that is wrong, or when to try again. */
export function refusalText({ code, bound, field, length, retryAfter }: Refusal, words: Words): string {
  if (retryAfter !== undefined) return words.tryAgainIn(retryAfter);
  if (field !== undefined) return words.fields[field];
  if (length !== undefined) return words.composerWords.tooLong(MAX_CHAT_LENGTH, length);
  return bound === undefined ? words.refusals[code] : `${words.refusals[code]} ${words.bounds[bound]}`;
}

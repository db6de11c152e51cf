/**
 * The parts of a text that people wrote: plain text, links, code, and mentions of people. The server's templates and the
 * page's script show the same parts, each in its own way. The work grows only linearly with the text.
 */
import { LinkifyIt } from 'linkify-it';
import { MAX_CHAT_LENGTH } from './sizes';

/** A piece of a text. The `text` of all pieces, joined, is the whole text. */
interface Written {
  text: string;
  /** What the page shows: code without its marks, and the true address of a link whose host could be taken for another one. */
  shown: string;
}
/** A `block` is code in lines of its own. */
export type Part = Written &
  ({ kind: 'text' | 'code' | 'block' | 'mention' } | { kind: 'link'; href: string });
type Found = Part & { at: number };

/** Somebody whom a text may mention, by the name or by the color. */
export interface Called {
  color: string;
  name?: string;
}

/** Splits a text. @param people the people whom the text may mention, by `@` and a name in small or large letters */
export function partsOf(text: string, people: readonly Called[]): Part[] {
  const calls = new Set(people.flatMap(callsOf));
  const whole: Part[] = text === '' ? [] : [{ kind: 'text', text, shown: text }];
  return [blocksIn, codeIn, linksIn, (plain: string) => mentionsIn(plain, calls)].reduce(refine, whole);
}

/** Whether one of the parts mentions this person. */
export function isMeant(parts: readonly Part[], person: Called): boolean {
  const calls = callsOf(person);
  return parts.some(({ kind, text }) => kind === 'mention' && calls.includes(text.slice(1).toLowerCase()));
}

/** The texts that mean this person after an `@`, in small letters: the color, and the name if there is one. */
export function callsOf({ color, name }: Called): string[] {
  return [color, ...(name === undefined ? [] : [name])].map((call) => call.toLowerCase());
}

/** Looks for further parts in those parts that are still plain text. */
function refine(parts: Part[], find: (text: string) => Found[]): Part[] {
  return parts.flatMap((part) => (part.kind === 'text' ? cut(part.text, find(part.text)) : [part]));
}

/** @param found in the order of the text */
function cut(whole: string, found: Found[]): Part[] {
  const parts: Part[] = [];
  let end = 0;
  const addPlain = (text: string) => {
    if (text !== '') parts.push({ kind: 'text', text, shown: text });
  };
  for (const { at, ...part } of found) {
    addPlain(whole.slice(end, at));
    parts.push(part);
    end = at + part.text.length;
  }
  addPlain(whole.slice(end));
  return parts;
}

/** Code between two fences of three backticks. A line with the fence alone, or with a language, is no line of the code. */
const BLOCK = /\n?```(?:[\w+#.-]*\n)?([^]*?)\n?```\n?/g;
const CODE = /`([^`\n]+)`/g;

function blocksIn(text: string): Found[] {
  return [...text.matchAll(BLOCK)]
    .filter(([, code = '']) => code.trim() !== '')
    .map(({ 0: all, 1: shown = '', index }) => ({ kind: 'block', text: all, shown, at: index }));
}

function codeIn(text: string): Found[] {
  return [...text.matchAll(CODE)].map(({ 0: all, 1: shown = '', index }) => ({
    kind: 'code',
    text: all,
    shown,
    at: index,
  }));
}

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false, maxLength: MAX_CHAT_LENGTH })
  .add('//', null)
  .add('ftp:', null)
  .add('mailto:', null);
/** Korean particles stand right behind a link, so a link ends where a Hangul syllable follows a Latin letter or a digit. */
const BEFORE_PARTICLE = /[a-z\d](?=[\uac00-\ud7a3])/gi;
/** Without `http://`, only what can hardly be anything else becomes a link: `README.md` and `run.sh` could be hosts, too. */
const CLEARLY_A_HOST = /^(?:www\.|[^/?#:]+\.(?:com|net|org|edu|gov|kr|jp|dev|app)(?:[/?#:]|$))/i;
/**
 * A part of a host that cannot be taken for another one: ASCII, or letters of scripts in which no letter looks like a Latin
 * one. A part in several scripts, or in Cyrillic, could look like the host of a site that people know.
 */
const UNMISTAKABLE =
  /^(?:[!-~]+|[\uac00-\ud7a3\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc]+)$/u;
/** Characters that show nothing, or turn the direction of what follows. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** Every link has one of these in it. Looking for links is slow, and most texts have none. */
const MAY_BE_LINK = /\S\.\S|:\/\//;

function linksIn(text: string): Found[] {
  if (!MAY_BE_LINK.test(text)) return [];
  const found: Found[] = [];
  let start = 0;
  const ends = [...text.matchAll(BEFORE_PARTICLE)].map(({ index }) => index + 1);
  for (const end of [...ends, text.length]) {
    for (const { index, raw, schema, url } of linkify.match(text.slice(start, end)) ?? []) {
      const href = schema === '' && !CLEARLY_A_HOST.test(raw) ? undefined : addressOf(url);
      if (href === undefined) continue;
      found.push({ kind: 'link', text: raw, shown: isHonest(raw) ? raw : href, href, at: start + index });
    }
    start = end;
  }
  return found;
}

/** The address with its host in ASCII (punycode). Undefined if it is none that people may follow. */
function addressOf(url: string): string | undefined {
  try {
    const { protocol, href } = new URL(url);
    return protocol === 'http:' || protocol === 'https:' ? href : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a link as it is written cannot be taken for another one. */
function isHonest(raw: string): boolean {
  const [host = ''] = raw.replace(/^https?:\/\//i, '').split(/[/?#]/);
  return !UNSEEN.test(raw) && host.split('.').every((label) => UNMISTAKABLE.test(label));
}

/** A character before an `@` that makes it a part of an email address. */
const IN_ADDRESS = /[\w.]/;
/** A character behind a name that makes it only the beginning of a longer word. Korean particles do not. */
const GOES_ON = /^[\p{Script=Latin}\p{M}\p{N}]/u;

function mentionsIn(text: string, calls: ReadonlySet<string>): Found[] {
  const longest = Math.max(...[...calls].map(({ length }) => length));
  return [...text.matchAll(/@/g)].flatMap(({ index }): Found[] => {
    if (IN_ADDRESS.test(text.charAt(index - 1))) return [];
    // The longest comes first, since one name may begin with another one.
    for (let length = longest; length > 0; length -= 1) {
      const end = index + 1 + length;
      const call = text.slice(index + 1, end);
      if (call.length < length || !calls.has(call.toLowerCase()) || GOES_ON.test(text.slice(end, end + 2)))
        continue;
      const mention = text.slice(index, end);
      return [{ kind: 'mention', text: mention, shown: mention, at: index }];
    }
    return [];
  });
}

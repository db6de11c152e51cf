/** Commands: what one writes after a slash in the field. */
import type { Whispering } from './whisper';
import { commandWords } from '../locales/page';
import { callsOf } from '../shared/text-parts';
import type { PersonRef } from '../types/events';

export interface Parts {
  /** The others in the room. */
  others: () => PersonRef[];
  whisper: Pick<Whispering, 'start' | 'send'>;
  /** @param name empty for none @returns the text of what went wrong, empty if nothing did */
  rename: (name: string) => Promise<string>;
  say: (text: string) => void;
}

/** @param rest what stands behind the command's word @returns the text of what went wrong, empty if nothing did */
type Command = (rest: string, parts: Parts) => string | Promise<string>;

/** A new command is one more line here, and a few words in `commandWords.hint`. */
const COMMANDS = new Map<string, Command>([
  ['w', whisperTo],
  ['name', (rest, { rename }) => rename(rest)],
]);

export type Commands = ReturnType<typeof createCommands>;

export function createCommands(parts: Parts) {
  return {
    /** The command that a text is, which may be an unknown one. Undefined if it is none: `/etc/hosts` is a text. */
    find(text: string): (() => string | Promise<string>) | undefined {
      const [, word, rest = ''] = /^\/([\p{L}\p{N}]+)(?:\s+([^]*))?$/u.exec(text) ?? [];
      if (word === undefined) return undefined;
      const command = COMMANDS.get(word.toLowerCase());
      return () => (command ? command(rest, parts) : commandWords.unknown(word));
    },

    /** The text that is meant: a text that begins with a slash is written with two, so that it is no command. */
    meant: (text: string): string => text.replace(/^\/\/(?=[\p{L}\p{N}])/u, '/'),

    /** What there is, while a command is typed; empty otherwise. */
    hint: (text: string): string => (/^\/(?!\/)/.test(text) ? commandWords.hint : ''),
  };
}

/** `/w name text`. Without a text, what is written from then on is whispered. */
function whisperTo(rest: string, { others, whisper }: Parts): string | Promise<string> {
  const { who, text } = addresseeOf(rest, others()) ?? {};
  if (who === undefined || text === undefined) return commandWords.nobody;
  if (text !== '') return whisper.send(text, who);
  whisper.start(who);
  return '';
}

/** Whom a text is for that begins with a name or color, or with a beginning that only one person's name or color has. */
function addresseeOf(rest: string, people: PersonRef[]): { who: PersonRef; text: string } | undefined {
  const words = rest.replace(/^@/, '');
  const lower = words.toLowerCase();
  const called = people
    .flatMap((who) => callsOf(who).map((call) => ({ who, call })))
    // The longest comes first, since one name may begin with another one.
    .sort((one, other) => other.call.length - one.call.length)
    .find(({ call }) => lower === call || (lower.startsWith(call) && /\s/.test(lower.charAt(call.length))));
  if (called) return { who: called.who, text: words.slice(called.call.length).trim() };
  const [beginning = ''] = words.split(/\s/, 1);
  const begins = (call: string) => beginning !== '' && call.startsWith(beginning.toLowerCase());
  const [who, ...more] = people.filter((person) =>
    callsOf(person).some((call) => begins(call) || begins(call.replace('#', ''))),
  );
  if (who === undefined || more.length > 0) return undefined;
  return { who, text: words.slice(beginning.length).trim() };
}

/** Commands: texts in the field that begin with a slash. */
import type { Whispering } from './whisper';
import { commandWords } from '../locales/browser';
import { callsOf } from '../shared/text-parts';
import type { PersonRef } from '../types/events';

export interface Parts {
  /** The others in the room. */
  others: () => PersonRef[];
  whisper: Pick<Whispering, 'start' | 'send'>;
  /** @param name empty for none @returns an error text, empty on success */
  rename: (name: string) => Promise<string>;
  say: (text: string) => void;
}

/** @param rest the text after the command's word @returns an error text, empty on success */
type Command = (rest: string, parts: Parts) => string | Promise<string>;

/** A new command is one more line here, and a few words in `commandWords.hint`. */
const COMMANDS = new Map<string, Command>([
  ['w', whisperTo],
  ['name', (rest, { rename }) => rename(rest)],
]);

export type Commands = ReturnType<typeof createCommands>;

/** Finds and explains commands. They are carried out by `parts`. */
export function createCommands(parts: Parts) {
  return {
    /**
     * @returns a function that carries out the command in this text, or says that there is no such command. Undefined if the
     * text is no command at all: `/etc/hosts` is a text.
     */
    find(text: string): (() => string | Promise<string>) | undefined {
      const [, word, rest = ''] = /^\/([\p{L}\p{N}]+)(?:\s+([^]*))?$/u.exec(text) ?? [];
      if (word === undefined) return undefined;
      const command = COMMANDS.get(word.toLowerCase());
      return () => (command ? command(rest, parts) : commandWords.unknown(word));
    },

    /** The text to send. People write two slashes if a text shall begin with one, and the first of them is removed here. */
    meant: (text: string): string => text.replace(/^\/\/(?=[\p{L}\p{N}])/u, '/'),

    /** The list of all commands, while a command is typed; empty otherwise. */
    hint: (text: string): string => (/^\/(?!\/)/.test(text) ? commandWords.hint : ''),
  };
}

/** `/w name text`. Without a text, everything that is written from then on is whispered to that person. */
function whisperTo(rest: string, { others, whisper }: Parts): string | Promise<string> {
  const { who, text } = addresseeOf(rest, others()) ?? {};
  if (who === undefined || text === undefined) return commandWords.nobody;
  if (text !== '') return whisper.send(text, who);
  whisper.start(who);
  return '';
}

/**
 * Splits `name text` or `#color text`. The first word may also be the beginning of a name or color, if only one person has
 * such a name or color. Undefined if nobody has, or more than one person.
 */
function addresseeOf(rest: string, people: PersonRef[]): { who: PersonRef; text: string } | undefined {
  const words = rest.replace(/^@/, '');
  const called = new Map(people.flatMap((who) => callsOf(who).map((call) => [call, who])));
  // The longest comes first, since one name may begin with another one. A name can be longer in small letters: İ becomes two.
  // So the text is cut at its spaces, and not at the length of a name.
  for (const end of [...words.matchAll(/\s|$/g)].map(({ index }) => index).reverse()) {
    const who = called.get(words.slice(0, end).toLowerCase());
    if (who) return { who, text: words.slice(end).trim() };
  }
  const [beginning = ''] = words.split(/\s/, 1);
  const begins = (call: string) => beginning !== '' && call.startsWith(beginning.toLowerCase());
  const [who, ...more] = people.filter((person) =>
    callsOf(person).some((call) => begins(call) || begins(call.replace('#', ''))),
  );
  if (who === undefined || more.length > 0) return undefined;
  return { who, text: words.slice(beginning.length).trim() };
}

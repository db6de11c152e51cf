/** The sentence of a system chat. The log keeps what happened to whom, and each reader gets a sentence in their language. */
import { calledOf } from './called';
import type { SystemKind } from './kinds';

/**
 * The sentences of a language about what happened to a person.
 * @param who what the person is called: the color alone for the book's client, and in our pages also the name.
 * @param name the name after that; missing if there is none.
 */
export type Sentences = Record<SystemKind, (who: string, name?: string) => string>;

interface Happening {
  kind: string;
  color: string;
  name?: string;
  /** The sentence that came with it. */
  chat: string;
}

/** A kind that only a newer server knows keeps the sentence with which it came. */
export function sentenceOf({ kind, color, name, chat }: Happening, sentences: Sentences): string {
  const make = new Map(Object.entries(sentences)).get(kind);
  if (make === undefined) return chat;
  // When a name changes, the sentence itself tells the new one.
  return make(kind === 'name' ? color : calledOf({ color, name }), name);
}

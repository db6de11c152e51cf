/** The kinds of chats in a room's log, for the server and for the pages' code. */

interface Kind {
  /** Whether a person said it. Chats of all other kinds tell what happened to a person. */
  isSaid: boolean;
  /** The event with which the book's client gets it; undefined if it does not. */
  book: 'chat' | 'join' | 'exit' | undefined;
}

/** A new kind is a line here. For a kind that tells of people, the compiler then asks for its sentence in each language. */
export const KINDS = {
  chat: { isSaid: true, book: 'chat' },
  gif: { isSaid: true, book: 'chat' },
  join: { isSaid: false, book: 'join' },
  exit: { isSaid: false, book: 'exit' },
  kick: { isSaid: false, book: 'exit' },
  owner: { isSaid: false, book: undefined },
  name: { isSaid: false, book: undefined },
  takeback: { isSaid: false, book: undefined },
} as const satisfies Record<string, Kind>;

type ChatKind = keyof typeof KINDS;
/** The kinds that tell what happened to a person. */
export type SystemKind = { [K in ChatKind]: (typeof KINDS)[K]['isSaid'] extends true ? never : K }[ChatKind];

const SAID = Object.entries(KINDS).flatMap(([kind, { isSaid }]) => (isSaid ? [kind] : []));

/** Whether a person said it. It is false for kinds that only a newer server knows. */
export function isSaid(kind: string): boolean {
  return SAID.includes(kind);
}

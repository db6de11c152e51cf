/** The kinds of chats in a room's log, and what the server and the pages' code both know of each. */

interface Kind {
  /** A person said it. The others tell what happened to a person. */
  isSaid: boolean;
  /** The event by which the book's client hears of it; undefined if it hears nothing of it. */
  book: 'chat' | 'join' | 'exit' | undefined;
}

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

/** The kinds of chats in a room's log, and what the server and the pages' code both know of each. */

interface Kind {
  /** A person said it. The others tell what happened to a person. */
  isSaid: boolean;
}

const KINDS = {
  chat: { isSaid: true },
  gif: { isSaid: true },
  join: { isSaid: false },
  exit: { isSaid: false },
  kick: { isSaid: false },
  owner: { isSaid: false },
  name: { isSaid: false },
  takeback: { isSaid: false },
} as const satisfies Record<string, Kind>;

export type ChatKind = keyof typeof KINDS;
/** The kinds that tell what happened to a person. */
export type SystemKind = { [K in ChatKind]: (typeof KINDS)[K]['isSaid'] extends true ? never : K }[ChatKind];

const SAID = Object.entries(KINDS).flatMap(([kind, { isSaid }]) => (isSaid ? [kind] : []));

/** Whether a person said it. It is false for kinds that only a newer server knows. */
export function isSaid(kind: string): boolean {
  return SAID.includes(kind);
}

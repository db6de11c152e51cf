/** A message that is half written. The browser keeps it, so that a reload, leaving the page or a crash does not lose it. */
import { isNumber, isString, shape } from './guards';

/** Drafts that are older than this, in ms, are deleted. */
const MAX_AGE = 7 * 24 * 3_600_000;
/** If there are more drafts than this, the oldest are deleted. */
const MOST = 20;
const PREFIX = 'draft ';
const isKept = shape({ text: isString, at: isNumber });

export type Draft = ReturnType<typeof createDraft>;

/**
 * The draft of one person in one room. Where the browser stores nothing, there is none.
 * Two tabs share it: the tab that was written in last decides.
 * @param isEphemeral rooms that store nothing keep drafts only for this tab, until it is closed
 */
export function createDraft(room: string, person: string, isEphemeral: boolean) {
  const key = `${PREFIX}${room} ${person}`;
  attempt((storage) => {
    removeOld(storage);
  });

  return {
    /** @returns empty if there is none */
    read: (): string => attempt((storage) => textAndTime(storage, key).text) ?? '',

    /** @param text empty for none */
    keep(text: string): void {
      attempt((storage) => {
        if (text === '') storage.removeItem(key);
        else storage.setItem(key, JSON.stringify({ text, at: Date.now() }));
      });
    },
  };

  function attempt<T>(act: (storage: Storage) => T): T | undefined {
    try {
      return act(isEphemeral ? sessionStorage : localStorage);
    } catch {
      // The storage is full or forbidden. People can write without it.
      return undefined;
    }
  }
}

function removeOld(storage: Storage): void {
  const kept = Object.keys(storage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ key, at: textAndTime(storage, key).at }))
    .sort((a, b) => b.at - a.at);
  for (const [place, { key, at }] of kept.entries()) {
    if (place >= MOST || Date.now() - at > MAX_AGE) storage.removeItem(key);
  }
}

function textAndTime(storage: Storage, key: string): { text: string; at: number } {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    if (isKept(kept)) return kept;
  } catch {
    // The stored value is no draft of ours. It counts as empty and very old, so that it is deleted.
  }
  return { text: '', at: 0 };
}

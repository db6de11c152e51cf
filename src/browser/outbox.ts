/**
 * Sends texts and GIFs, each kind in its own order: a text does not wait until a GIF before it is uploaded. A box keeps the
 * letters that are not stored yet, so that a reload loses none. Nothing here knows of a page.
 */
import type { Connection } from './connection';
import type { Letter, State, Upload } from './letter';
import { newNonce } from './nonce';
import { createQueue, type Queue } from './queue';
import { deliveryWords } from '../locales/browser';
import type { SentChat } from '../types/events';

export interface Box {
  all: () => Promise<Letter[]>;
  /** Rejects if it cannot keep the letter. */
  put: (letter: Letter) => Promise<void>;
  remove: (nonce: string) => Promise<void>;
}

interface OutboxParts {
  room: string;
  me: { id: string };
  box: Box;
  connection: Pick<Connection, 'isReady' | 'request' | 'expect' | 'join' | 'wake'>;
  upload: Upload;
  /** The first state of a letter is 'pending' or 'failed'. A discarded letter gets no further state. */
  onState: (letter: Letter, state: State) => void;
}

export type Outbox = ReturnType<typeof createOutbox>;

/** Sends nothing before its connection is ready. */
export function createOutbox({ room, me, box, connection, upload, onState }: OutboxParts) {
  const parts = { connection, upload, onState, onSent: settle, onFailed: fail };
  const queues: Record<Letter['kind'], Queue> = { chat: createQueue(parts), gif: createQueue(parts) };
  const both = [queues.chat, queues.gif];
  /** Failed letters, which wait for their writer's decision, by their nonces. */
  const failed = new Map<string, Letter>();
  /** The nonces of letters that the box does not have, and that closing the page would lose. */
  const atRisk = new Set<string>();
  /** The order of the newest letter. */
  let newest = 0;
  let isClosed = false;

  function settle(letter: Letter, seq?: number): void {
    forget(letter);
    onState(letter, seq === undefined ? { what: 'sent' } : { what: 'sent', seq });
  }

  function fail(letter: Letter, why: string, canRetry: boolean): void {
    letter.failed = { what: 'failed', why, canRetry };
    failed.set(letter.nonce, letter);
    keep(letter);
    onState(letter, letter.failed);
  }

  function forget(letter: Letter): void {
    failed.delete(letter.nonce);
    atRisk.delete(letter.nonce);
    box.remove(letter.nonce).catch(ignore);
    queues[letter.kind].remove(letter);
  }

  function keep(letter: Letter): void {
    atRisk.add(letter.nonce);
    box.put(letter).then(() => atRisk.delete(letter.nonce), ignore);
  }

  function enqueue(letter: Letter): void {
    keep(letter);
    showPending(letter);
    queues[letter.kind].add(letter);
  }

  function showPending(letter: Letter): void {
    onState(letter, { what: 'pending' });
    if (letter.kind === 'gif' && !connection.isReady())
      onState(letter, { what: 'waiting', why: deliveryWords.waitsForConnection });
  }

  function stamp() {
    newest += 1;
    return { at: Date.now(), order: newest };
  }

  function find(nonce: string): Letter | undefined {
    return failed.get(nonce) ?? queues.chat.find(nonce) ?? queues.gif.find(nonce);
  }

  /** Takes the letters of a closed page. They are sent before letters that were written meanwhile. */
  function adopt(letters: Letter[]): void {
    const mine = letters.filter(({ userId }) => userId === me.id);
    for (const { nonce } of letters.filter((letter) => !mine.includes(letter)))
      box.remove(nonce).catch(ignore);
    const fresh = mine
      .filter((letter) => letter.room === room && !isClosed && !find(letter.nonce))
      .sort((one, other) => one.order - other.order);
    newest = Math.max(newest, ...fresh.map(({ order }) => order));
    for (const letter of fresh) {
      if (letter.failed) {
        failed.set(letter.nonce, letter);
        onState(letter, letter.failed);
      } else showPending(letter);
    }
    for (const kind of ['chat', 'gif'] as const)
      queues[kind].addFirst(fresh.filter((letter) => letter.kind === kind && !letter.failed));
  }

  return {
    adopt,
    /** The connection is there: sends at once. */
    work(): void {
      for (const queue of both) queue.work();
    },
    /** Whether nothing waits to be sent. */
    isEmpty: () => both.every((queue) => queue.isEmpty()),
    /** Whether closing the page would lose a letter. */
    isAtRisk: () => atRisk.size > 0,

    /** Takes the letters that closed pages of this room did not send. */
    async restore(): Promise<void> {
      adopt(await box.all().catch(() => []));
    },

    send(said: { chat: string } | { gif: Blob }): void {
      if (isClosed) return;
      const base = { nonce: newNonce(), room, userId: me.id, ...stamp() };
      enqueue('chat' in said ? { ...base, kind: 'chat', ...said } : { ...base, kind: 'gif', ...said });
    },

    /** A letter whose chat comes from the room is stored, even if its answer was lost. */
    hear(chats: Pick<SentChat, 'userId' | 'nonce' | 'seq'>[]): void {
      for (const { userId, nonce, seq } of chats) {
        const letter = userId === me.id ? find(nonce) : undefined;
        if (letter) settle(letter, seq);
      }
    },

    /** Sends a failed letter again, after all others of its kind. A letter that waits is tried at once. */
    retry(nonce: string): void {
      const letter = find(nonce);
      if (!letter || isClosed) return;
      if (!letter.failed) {
        queues[letter.kind].hurry(letter);
        return;
      }
      failed.delete(nonce);
      delete letter.failed;
      enqueue(Object.assign(letter, stamp()));
    },

    /** Deletes a letter. */
    discard(nonce: string): void {
      const letter = find(nonce);
      if (letter) {
        queues[letter.kind].interrupt(letter);
        forget(letter);
      } else box.remove(nonce).catch(ignore);
    },

    /** Stops the uploads that are on their way. They are sent again when the connection is ready again. */
    interrupt(): void {
      for (const queue of both) queue.interrupt();
    },

    /**
     * This page sends nothing more.
     * @param why is shown below letters that wait. A letter that failed before, or is not in the box, shows its own reason.
     * @param fate of the letters that are not sent: `drop` deletes them; `keep` sends them when their writer is back in the
     *   room; `ask` sends them then, too, but only if their writer says so
     */
    close(why: string, fate: 'drop' | 'keep' | 'ask'): void {
      isClosed = true;
      const unsent = both.flatMap((queue) => queue.empty()).sort((one, other) => one.order - other.order);
      for (const letter of [...unsent, ...failed.values()]) {
        const isKept = !atRisk.has(letter.nonce);
        if (fate === 'drop') box.remove(letter.nonce).catch(ignore);
        if (fate === 'ask') keep({ ...letter, failed: { what: 'failed', why, canRetry: true } });
        atRisk.delete(letter.nonce);
        const reason = letter.failed?.why ?? (isKept ? why : deliveryWords.notSent);
        onState(letter, { what: 'failed', why: reason, canRetry: false });
      }
      failed.clear();
    },
  };
}

function ignore(): void {
  // A box that fails keeps nothing. Everything else works without it.
}

/**
 * Sends texts and GIFs: one queue, one letter at a time, in order, each again and again until the server has it. Its nonce
 * makes it stored only once. A box keeps the letters that are not stored yet, so that a reload loses none.
 * Nothing here knows of a page.
 */
import type { Connection } from './connection';
import { newNonce } from './nonce';
import { backoff, isTransient } from './retry';
import { deliveryWords } from '../locales/page';
import type { SentChat } from '../types/events';

interface LetterBase {
  nonce: string;
  room: string;
  userId: string;
  /** In ms of a clock that may jump. */
  at: number;
  /** Each letter has a higher one than those before it. */
  order: number;
  failed?: Failed;
}
type TextLetter = LetterBase & { kind: 'chat'; chat: string };
export type GifLetter = LetterBase & { kind: 'gif'; gif: Blob };
export type Letter = TextLetter | GifLetter;

interface Failed {
  what: 'failed';
  why: string;
  canRetry: boolean;
}
/** `part` is 0 to 1. */
export type State =
  { what: 'pending' } | { what: 'uploading'; part: number } | { what: 'sent'; seq?: number } | Failed;
/** Undefined when no answer came. */
export type Result = { ok: true; seq?: number } | { ok: false; code: string; message: string } | undefined;

export interface Box {
  all: () => Promise<Letter[]>;
  /** Rejects if it cannot keep the letter. */
  put: (letter: Letter) => Promise<void>;
  remove: (nonce: string) => Promise<void>;
}

/** After so many unanswered or refused tries, the writer is asked what to do. */
const MAX_TRIES = 5;
/** Letters that are older than this, in ms, are not sent without asking. */
const MAX_AGE = 600_000;
/** With these codes the letter itself is wrong, so it would be refused again. */
const FINAL = ['BAD_REQUEST', 'NO_GIF', 'NOT_A_GIF', 'TOO_LARGE', 'NO_GIFS_HERE'];

interface OutboxParts {
  room: string;
  me: { id: string };
  box: Box;
  connection: Pick<Connection, 'isReady' | 'request' | 'expect' | 'join' | 'wake'>;
  upload: (letter: GifLetter, onProgress: (part: number) => void, signal: AbortSignal) => Promise<Result>;
  /** The first state of a letter is 'pending' or 'failed'. A discarded letter gets no further state. */
  onState: (letter: Letter, state: State) => void;
}

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox({ room, me, box, connection, upload, onState }: OutboxParts) {
  /** Letters to be sent. The first one may be on its way. */
  const queue: Letter[] = [];
  /** Failed letters, which wait for their writer's decision, by their nonces. */
  const failed = new Map<string, Letter>();
  /** The nonces of letters that the box does not have, and that closing the page would lose. */
  const atRisk = new Set<string>();
  /** The letter that is on its way. */
  let current: { letter: Letter; abort: AbortController } | undefined;
  /** How often the first letter failed, and how often it had to wait. */
  let tries = 0;
  let pauses = 0;
  /** The order of the newest letter. */
  let newest = 0;
  let isClosed = false;
  let pause: ReturnType<typeof setTimeout> | undefined;

  async function next(): Promise<void> {
    const [letter] = queue;
    if (letter === undefined || current !== undefined || pause !== undefined || !connection.isReady()) return;
    if (isOld(letter)) {
      fail(letter, deliveryWords.notSentThen, true);
      return;
    }
    current = { letter, abort: new AbortController() };
    const result = await deliver(letter, current.abort.signal);
    current = undefined;
    if (result?.ok && result.seq !== undefined) connection.expect(result.seq);
    // Meanwhile it may have come from the room, been discarded, or been given up.
    if (queue[0] === letter) {
      if (result?.ok) settle(letter, result.seq);
      else handleFailure(letter, result);
    }
    void next();
  }

  async function deliver(letter: Letter, signal: AbortSignal): Promise<Result> {
    if (letter.kind === 'gif') {
      return upload(
        letter,
        (part) => {
          if (queue[0] === letter) onState(letter, { what: 'uploading', part });
        },
        signal,
      );
    }
    return connection.request('chat', { room, chat: letter.chat, nonce: letter.nonce });
  }

  function handleFailure(letter: Letter, refused: Exclude<Result, { ok: true }>): void {
    // Without a connection it waits for the next join.
    if (refused === undefined && !connection.isReady()) return;
    if (refused?.code !== 'RATE_LIMITED') tries += 1;
    const mayPass = refused === undefined || isTransient(refused) || refused.code === 'NOT_ADMITTED';
    if (!mayPass || tries >= MAX_TRIES) {
      fail(letter, refused?.message ?? deliveryWords.notSent, !FINAL.includes(refused?.code ?? ''));
    } else if (refused?.code === 'NOT_ADMITTED') {
      // The place was lost: the join takes it again, and also works the queue again.
      void connection.join();
    } else if (refused === undefined && letter.kind === 'chat') {
      connection.wake();
    } else {
      pause = setTimeout(work, backoff(pauses++));
    }
  }

  function work(): void {
    stopPausing();
    void next();
  }

  function settle(letter: Letter, seq?: number): void {
    forget(letter);
    onState(letter, seq === undefined ? { what: 'sent' } : { what: 'sent', seq });
  }

  function fail(letter: Letter, why: string, canRetry: boolean): void {
    dequeue(letter);
    letter.failed = { what: 'failed', why, canRetry };
    failed.set(letter.nonce, letter);
    keep(letter);
    onState(letter, letter.failed);
    void next();
  }

  function forget(letter: Letter): void {
    dequeue(letter);
    failed.delete(letter.nonce);
    atRisk.delete(letter.nonce);
    box.remove(letter.nonce).catch(ignore);
  }

  function dequeue(letter: Letter): void {
    const at = queue.indexOf(letter);
    if (at >= 0) queue.splice(at, 1);
    if (at !== 0) return;
    tries = pauses = 0;
    stopPausing();
  }

  function stopPausing(): void {
    clearTimeout(pause);
    pause = undefined;
  }

  function keep(letter: Letter): void {
    atRisk.add(letter.nonce);
    box.put(letter).then(() => atRisk.delete(letter.nonce), ignore);
  }

  function enqueue(letter: Letter): void {
    queue.push(letter);
    keep(letter);
    onState(letter, { what: 'pending' });
    void next();
  }

  function stamp() {
    newest += 1;
    return { at: Date.now(), order: newest };
  }

  function find(nonce: string): Letter | undefined {
    return failed.get(nonce) ?? queue.find((letter) => letter.nonce === nonce);
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
    queue.splice(current ? 1 : 0, 0, ...fresh.filter((letter) => !letter.failed));
    for (const letter of fresh) {
      if (letter.failed) failed.set(letter.nonce, letter);
      onState(letter, letter.failed ?? { what: 'pending' });
    }
    void next();
  }

  return {
    adopt,
    /** The connection is there: sends at once. */
    work,
    /** Whether nothing waits to be sent. */
    isEmpty: () => queue.length === 0,
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
      void next();
    },

    /** @param nonce of one that failed */
    retry(nonce: string): void {
      const letter = failed.get(nonce);
      if (!letter || isClosed) return;
      failed.delete(nonce);
      delete letter.failed;
      enqueue(Object.assign(letter, stamp()));
    },

    /** Deletes a letter. */
    discard(nonce: string): void {
      const letter = find(nonce);
      if (letter && current?.letter === letter) current.abort.abort();
      if (letter) forget(letter);
      else box.remove(nonce).catch(ignore);
      void next();
    },

    /**
     * This page sends nothing more.
     * @param why told of what waits; what failed before, or is kept nowhere, has its own
     * @param fate of what is not sent: it goes with the room, it is sent when its writer is
     *   back, or only when its writer then says so
     */
    close(why: string, fate: 'drop' | 'keep' | 'ask'): void {
      isClosed = true;
      stopPausing();
      current?.abort.abort();
      for (const letter of [...queue.splice(0), ...failed.values()]) {
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

/** A clock may also have been put back. */
function isOld({ at }: Letter): boolean {
  return Math.abs(Date.now() - at) > MAX_AGE;
}

function ignore(): void {
  // A box that fails keeps nothing. Everything else works without it.
}

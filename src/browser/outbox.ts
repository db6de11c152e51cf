/**
 * What I send, on its way: texts and GIFs in one queue, one at a time, in order, each until the server has it. The same
 * nonce makes it stored once. A box keeps what is not there yet, so that a reload loses nothing.
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
  /** Grows from letter to letter. */
  order: number;
  failed?: Failed;
}
export type TextLetter = LetterBase & { kind: 'chat'; chat: string };
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
  /** Rejects what it cannot keep. */
  put: (letter: Letter) => Promise<void>;
  remove: (nonce: string) => Promise<void>;
}

/** So many unanswered or refused tries, and the writer is asked. */
const MAX_TRIES = 5;
/** What is older, in ms, is not sent by surprise. */
const MAX_AGE = 600_000;
/** What is wrong with the letter itself: sent again, it is refused again. */
const FINAL = ['BAD_REQUEST', 'NO_GIF', 'NOT_A_GIF', 'TOO_LARGE', 'NO_GIFS_HERE'];

export interface OutboxParts {
  room: string;
  me: { id: string };
  box: Box;
  connection: Pick<Connection, 'isReady' | 'request' | 'expect' | 'join' | 'wake'>;
  upload: (letter: GifLetter, onProgress: (part: number) => void, signal: AbortSignal) => Promise<Result>;
  /** The first one of a letter is 'pending' or 'failed'; none follows when it is discarded. */
  onState: (letter: Letter, state: State) => void;
}

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox({ room, me, box, connection, upload, onState }: OutboxParts) {
  /** Those to be sent, the first one perhaps under way. */
  const queue: Letter[] = [];
  /** Those that wait for their writer's word, by their nonces. */
  const failed = new Map<string, Letter>();
  /** The nonces of those that would be lost with the page. */
  const atRisk = new Set<string>();
  /** The letter under way. */
  let current: { letter: Letter; abort: AbortController } | undefined;
  /** How often the first one was tried in vain, and how often it was told to wait. */
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
    // Unless it was heard in the room, discarded or given up meanwhile.
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

  /** Takes letters of a page that is gone: they go before what was written meanwhile. */
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
    /** Goes on at once: the connection is there (again). */
    work,
    /** Whether nothing is on its way. */
    isEmpty: () => queue.length === 0,
    /** Whether something would be lost with the page. */
    isAtRisk: () => atRisk.size > 0,

    /** Takes up what was not sent when the page was last open. */
    async restore(): Promise<void> {
      adopt(await box.all().catch(() => []));
    },

    send(said: { chat: string } | { gif: Blob }): void {
      if (isClosed) return;
      const base = { nonce: newNonce(), room, userId: me.id, ...stamp() };
      enqueue('chat' in said ? { ...base, kind: 'chat', ...said } : { ...base, kind: 'gif', ...said });
    },

    /** What is in the room is sent, whatever became of the answer. */
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

    /** Its writer does not want it any more. */
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

/** Whatever a clock did meanwhile. */
function isOld({ at }: Letter): boolean {
  return Math.abs(Date.now() - at) > MAX_AGE;
}

function ignore(): void {
  // A box that fails keeps nothing; all else works.
}

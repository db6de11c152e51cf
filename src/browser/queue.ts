/**
 * Sends letters one at a time, in order, each again and again until the server has it. The nonce of a letter makes it stored
 * only once. Nothing here knows of a page.
 */
import type { Connection } from './connection';
import type { GifLetter, Letter, Result, State, Upload } from './letter';
import { backoff, isTransient } from './retry';
import { deliveryWords } from '../locales/browser';

/** After how many unanswered or refused tries the writer is asked what to do. */
const MAX_TRIES = 5;
/** Letters that are older than this, in ms, are not sent without asking. */
const MAX_AGE = 600_000;
/** An upload that does not move for so long, in ms, goes on, but its writer may start it again. */
const STALL = 2_500;
/** With these codes the letter itself is wrong, so it would be refused again. */
const FINAL = ['BAD_REQUEST', 'NO_GIF', 'NOT_A_GIF', 'TOO_LARGE', 'NO_GIFS_HERE'];

interface QueueParts {
  connection: Pick<Connection, 'isReady' | 'request' | 'expect' | 'join' | 'wake'>;
  upload: Upload;
  /** How the letter on its way is getting on. */
  onState: (letter: Letter, state: State) => void;
  /** It is stored, and not in the queue any more. */
  onSent: (letter: Letter, seq?: number) => void;
  /** It is given up, and not in the queue any more. */
  onFailed: (letter: Letter, why: string, canRetry: boolean) => void;
}

export type Queue = ReturnType<typeof createQueue>;

/** Sends nothing before its connection is ready. `work` starts it again after the connection was lost. */
export function createQueue({ connection, upload, onState, onSent, onFailed }: QueueParts) {
  /** The first one may be on its way. */
  const letters: Letter[] = [];
  let current: { letter: Letter; abort: AbortController } | undefined;
  /** How often the first letter failed, and how often it had to wait. */
  let tries = 0;
  let pauses = 0;
  let pause: ReturnType<typeof setTimeout> | undefined;

  async function next(): Promise<void> {
    const [letter] = letters;
    if (letter === undefined || current !== undefined || pause !== undefined || !connection.isReady()) return;
    if (isOld(letter)) {
      fail(letter, deliveryWords.notSentThen, true);
      void next();
      return;
    }
    const abort = new AbortController();
    current = { letter, abort };
    const result = await deliver(letter, abort.signal);
    current = undefined;
    if (result?.ok && result.seq !== undefined) connection.expect(result.seq);
    // Meanwhile it may have come from the room, been discarded, or been given up.
    if (letters[0] === letter) {
      if (result?.ok) {
        take(letter);
        onSent(letter, result.seq);
      } else if (!abort.signal.aborted) handleFailure(letter, result);
    }
    void next();
  }

  async function deliver(letter: Letter, signal: AbortSignal): Promise<Result> {
    if (letter.kind === 'gif') return uploadWatched(letter, signal);
    return connection.request('chat', { room: letter.room, chat: letter.chat, nonce: letter.nonce });
  }

  /** Uploads a GIF and tells how far it is, or that it does not move. */
  async function uploadWatched(letter: GifLetter, signal: AbortSignal): Promise<Result> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (state: State) => {
      if (letters[0] === letter) onState(letter, state);
    };
    const moved = (part: number) => {
      clearTimeout(timer);
      timer = setTimeout(tell, STALL, { what: 'waiting', why: deliveryWords.stalled });
      tell({ what: 'uploading', part });
    };
    moved(0);
    try {
      return await upload(letter, moved, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  function handleFailure(letter: Letter, refused: Exclude<Result, { ok: true }>): void {
    const isLost = refused === undefined && !connection.isReady();
    if (!isLost && refused?.code !== 'RATE_LIMITED') tries += 1;
    const mayPass = refused === undefined || isTransient(refused) || refused.code === 'NOT_ADMITTED';
    if (!mayPass || tries >= MAX_TRIES) {
      fail(letter, refused?.message ?? deliveryWords.notSent, !FINAL.includes(refused?.code ?? ''));
      return;
    }
    if (letter.kind === 'gif') {
      const why = isLost ? deliveryWords.waitsForConnection : (refused?.message ?? deliveryWords.triedAgain);
      onState(letter, { what: 'waiting', why });
    }
    // Without a connection it waits for the next join.
    if (isLost) return;
    if (refused?.code === 'NOT_ADMITTED') {
      // This person lost the place in the room. A join takes it again, and after the join the queue works on.
      void connection.join();
    } else if (refused === undefined && letter.kind === 'chat') {
      connection.wake();
    } else if (refused?.retryAfter !== undefined) countDown(letter, refused.retryAfter);
    else pause = setTimeout(work, backoff(pauses++));
  }

  /** The server said when to try again. Until then the letter stays, and shows how long that will be. */
  function countDown(letter: Letter, seconds: number): void {
    if (letters[0] !== letter) return;
    if (seconds <= 0) {
      work();
      return;
    }
    onState(letter, { what: 'waiting', why: deliveryWords.againIn(seconds) });
    pause = setTimeout(countDown, 1_000, letter, seconds - 1);
  }

  function fail(letter: Letter, why: string, canRetry: boolean): void {
    take(letter);
    onFailed(letter, why, canRetry);
  }

  function take(letter: Letter): void {
    const at = letters.indexOf(letter);
    if (at >= 0) letters.splice(at, 1);
    if (at === 0) beginAfresh();
  }

  function work(): void {
    stopPausing();
    void next();
  }

  function stopPausing(): void {
    clearTimeout(pause);
    pause = undefined;
  }

  function beginAfresh(): void {
    tries = pauses = 0;
    stopPausing();
  }

  return {
    /** The connection is there: sends at once. */
    work,
    isEmpty: () => letters.length === 0,
    find: (nonce: string) => letters.find((letter) => letter.nonce === nonce),

    add(letter: Letter): void {
      letters.push(letter);
      void next();
    },

    /** Puts them before all letters that are not on their way. */
    addFirst(earlier: Letter[]): void {
      letters.splice(current ? 1 : 0, 0, ...earlier);
      void next();
    },

    /** Takes it out, and sends the next one. */
    remove(letter: Letter): void {
      take(letter);
      void next();
    },

    /** Stops the upload that is on its way. @param only stops it only if it is the upload of this letter */
    interrupt(only?: Letter): void {
      if (!only || current?.letter === only) current?.abort.abort();
    },

    /** Tries it at once, from the beginning. */
    hurry(letter: Letter): void {
      if (letters[0] === letter) {
        beginAfresh();
        current?.abort.abort();
      }
      if (connection.isReady()) void next();
      else connection.wake();
    },

    /** Takes all letters out, and sends nothing more. */
    empty(): Letter[] {
      stopPausing();
      current?.abort.abort();
      return letters.splice(0);
    },
  };
}

/** A letter of the future is old, too: the clock was put back since then, so its true age is not known. */
function isOld({ at }: Letter): boolean {
  return Math.abs(Date.now() - at) > MAX_AGE;
}

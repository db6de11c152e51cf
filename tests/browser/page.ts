/** The parts of a room's page that need no browser: its connection and its outbox, with a box that outlives them. */
import { io } from 'socket.io-client';
import { createConnection } from '../../src/browser/connection';
import type { Letter, State } from '../../src/browser/letter';
import { createOutbox } from '../../src/browser/outbox';
import type { SentChat } from '../../src/types/events';
import type { Person } from '../support/app';

export type { Letter } from '../../src/browser/letter';
/** What a browser keeps from page to page. */
export type Box = Map<string, Letter>;
export type Page = Awaited<ReturnType<typeof openPage>>;

interface Options {
  /** The address of the server, or of the proxy before it. */
  url: string;
  room: string;
  /** null for a box that keeps nothing. */
  box?: Box | null;
  after?: number;
  /** The name that the page asks for at every join. */
  name?: string;
  /** A proxy can find a word in requests of polling, but not in the frames of a WebSocket. */
  transports?: string[];
  /** Uploads wait for this before they begin. */
  uploadAfter?: Promise<void>;
  onSkip?: (seq: number) => void;
  /** The room's history; the program's own if not given. */
  readAfter?: (after: number) => Promise<SentChat[]>;
}

export async function openPage(person: Person, options: Options) {
  const { url, room, after = 0, transports = ['websocket'], onSkip, name } = options;
  const { cookie } = person;
  const box: Box = options.box ?? new Map<string, Letter>();
  const id = /data-me="([^"]+)"/.exec((await person.http.get(`/room/${room}`)).text)?.[1] ?? '';
  const chats: SentChat[] = [];
  const states: { said: string; what: State['what']; canRetry?: boolean; nonce: string }[] = [];
  const reasons: string[] = [];
  const waiting = new Set<() => void>();
  let offlines = 0;
  let joins = 0;
  let end: string | undefined;

  async function readHistory(seq: number): Promise<SentChat[]> {
    const page = await person.http.get(`/room/${room}/chats?after=${String(seq)}&limit=100`).expect(200);
    return (page.body as { chats: SentChat[] }).chats;
  }

  const connection = createConnection({
    io: (where) =>
      io(`${url}${typeof where === 'string' ? where : ''}`, {
        ...CONNECTING,
        transports,
        extraHeaders: { cookie },
      }),
    room,
    isEphemeral: false,
    after,
    readAfter: options.readAfter ?? readHistory,
    ...(onSkip && { onSkip }),
    ...(name !== undefined && { name: () => name }),
    onChats(heard) {
      chats.push(...heard);
      outbox.hear(heard);
      happened();
    },
    onJoined() {
      joins += 1;
      outbox.work();
      happened();
    },
    onOffline() {
      offlines += 1;
      happened();
    },
    onEnd(why) {
      end = why;
      happened();
    },
  });
  const outbox = createOutbox({
    room,
    me: { id },
    box: {
      all: async () => [...box.values()].map((letter) => structuredClone(letter)),
      put: async (letter) => {
        if (options.box === null) throw new Error('kept nowhere');
        box.set(letter.nonce, structuredClone(letter));
      },
      remove: async (nonce) => void box.delete(nonce),
    },
    connection,
    async upload({ nonce, gif }, _onProgress, signal) {
      await options.uploadAfter;
      const body = new FormData();
      body.append('nonce', nonce);
      body.append('gif', gif, 'chat.gif');
      const headers = { cookie, accept: 'application/json' };
      try {
        // Node 24 throws elsewhere, too, if a form goes to `fetch` with a signal that has ended already.
        signal.throwIfAborted();
        const response = await fetch(`${url}/room/${room}/gif`, { method: 'POST', headers, body, signal });
        if (response.ok) return { ok: true as const, seq: Number(response.headers.get('chat-seq')) };
        const { error }: { error: { code: string; message: string } } = await response.json();
        return { ok: false as const, ...error };
      } catch {
        return undefined;
      }
    },
    onState(letter, { what, ...more }) {
      if ('why' in more) reasons.push(more.why);
      const canRetry = 'canRetry' in more ? { canRetry: more.canRetry } : {};
      states.push({ said: wordsOf(letter), what, ...canRetry, nonce: letter.nonce });
      happened();
    },
  });

  function happened(): void {
    for (const look of waiting) look();
  }

  return {
    id,
    box,
    chats,
    connection,
    outbox,
    offlines: () => offlines,
    joins: () => joins,
    end: () => end,
    /** The states of the letters in the order in which the page was told of them, without the nonces. */
    states: () => states.map(({ nonce: _, ...state }) => state),
    /** The reasons of all letters that waited or failed. */
    reasons: () => reasons,
    nonceOf: (said: string) => states.findLast((state) => state.said === said)?.nonce ?? '',
    /** Resolves when this is true. It is asked again whenever something happens. */
    until(isSo: () => boolean): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          if (!isSo()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    /** Ends the page as a closed tab ends. */
    close(): void {
      connection.leave();
      outbox.close('', 'keep');
    },
  };
}

const CONNECTING = { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };

function wordsOf(letter: Letter): string {
  return letter.kind === 'chat' ? letter.chat : `a GIF of ${String(letter.gif.size)} bytes`;
}

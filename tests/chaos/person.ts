/**
 * A person at a browser: the page's own connection and outbox over a line that fails. What was sent, acknowledged and
 * seen is noted here, outside the server, to be held against its log.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { io, type ManagerOptions, type SocketOptions } from 'socket.io-client';
import { gifOf } from './letters';
import type { Line } from './line';
import type { Deed } from './plan';
import { createConnection, type Connection } from '../../src/browser/connection';
import type { GifLetter, Letter, State } from '../../src/browser/letter';
import { createOutbox, type Box, type Outbox } from '../../src/browser/outbox';
import type { Joined, SentChat } from '../../src/types/events';

/** Something that a person sent, in the order of sending. */
export interface Sent {
  nonce: string;
  kind: 'chat' | 'gif';
  label: string;
  /** Its sender was told that the room has it. */
  isAcked: boolean;
  /** It was given up once, so it may have come after later ones, or not at all. */
  hasFailed: boolean;
}

/** What one page showed, in the order in which it was handed on; of what came with the page only number and nonce. */
export type View = { seq: number; nonce: string | undefined; chat?: SentChat }[];

/** Is called when something happens to a person. */
interface Watcher {
  /** The person sends something. */
  sending(): void;
  joined(joined: Joined): void;
  /** The server sent something to the person, so the person has a place. */
  contact(): void;
  /** The person has left on purpose. */
  left(): void;
}

export type Person = ReturnType<typeof createPerson>;

/** How long an answer is waited for, in ms. */
const PAGE_PATIENCE = 5_000;
const UPLOAD_PATIENCE = 8_000;
const LEAVE_PATIENCE = 60_000;
/** A person writes nothing more while so many letters wait to be sent. */
const MAX_UNSENT = 12;

interface Options {
  name: string;
  room: string;
  line: Line;
  watcher: Watcher;
  /** The session's cookie of a person who has been here before. */
  cookie: string | undefined;
}

export function createPerson({ name, room, line, watcher, ...before }: Options) {
  const sent = new Map<string, Sent>();
  const views: View[] = [];
  /** What the browser keeps while pages come and go. */
  const kept = new Map<string, Letter>();
  let cookie = before.cookie ?? '';
  let id = '';
  let count = 0;
  let underWay = 0;
  let isComing = false;
  let open: { connection: Connection; outbox: Outbox; view: View; failed: Set<string> } | undefined;

  const box: Box = {
    all: async () => [...kept.values()].map((letter) => structuredClone(letter)),
    put: async (letter) => void kept.set(letter.nonce, structuredClone(letter)),
    remove: async (nonce) => void kept.delete(nonce),
  };
  const connect: typeof io = (where, options?: Partial<ManagerOptions & SocketOptions>) =>
    io(`${line.url}${typeof where === 'string' ? where : ''}`, {
      ...options,
      extraHeaders: { cookie },
      forceNew: true,
    });

  /** @throws Error if the line breaks, or if no answer comes in time. */
  async function request(
    where: string,
    { headers, signal, ...init }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
    patience = PAGE_PATIENCE,
  ): Promise<Response> {
    const signals = [AbortSignal.timeout(patience), ...(signal ? [signal] : [])];
    const response = await fetch(`${line.url}${where}`, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie, ...headers },
      signal: AbortSignal.any(signals),
    });
    if (cookie === '') cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return response;
  }

  /** Opens the room's page, if the line works and the room lets the person in. @returns whether the page is open now. */
  async function come(): Promise<boolean> {
    if (open !== undefined || isComing) return open !== undefined;
    isComing = true;
    try {
      const response = await request(`/room/${room}`);
      const html = await response.text();
      if (response.status !== 200) return false;
      id = /data-me="([^"]+)"/.exec(html)?.[1] ?? '';
      await show(rowsOf(html));
      return true;
    } catch {
      return false;
    } finally {
      isComing = false;
    }
  }

  /** Does what the page's script does when the page is loaded. */
  async function show(view: View): Promise<void> {
    views.push(view);
    const connection = createConnection({
      io: connect,
      room,
      isEphemeral: false,
      after: view.at(-1)?.seq ?? 0,
      async readAfter(after) {
        const response = await request(`/room/${room}/chats?after=${String(after)}&limit=100`);
        if (response.status !== 200) throw new Error(String(response.status));
        const page = (await response.json()) as { chats: SentChat[] };
        return page.chats;
      },
      onChats(chats) {
        watcher.contact();
        view.push(...chats.map((chat) => ({ seq: chat.seq, nonce: chat.nonce, chat })));
        outbox.hear(chats);
      },
      onJoined(joined) {
        watcher.contact();
        watcher.joined(joined);
        outbox.work();
      },
      onOffline: () => undefined,
      onEnd(why) {
        outbox.close('', why === 'ROOM_NOT_FOUND' ? 'drop' : 'keep');
        if (open?.outbox === outbox) open = undefined;
      },
    });
    const outbox: Outbox = createOutbox({
      room,
      me: { id },
      box,
      connection: { ...connection, request: (...asked) => watch(connection.request(...asked)) },
      upload: (letter, _onProgress, signal) => watch(upload(letter, signal)),
      onState: (letter, state) => {
        if (open?.outbox === outbox) note(letter, state);
      },
    });
    open = { connection, outbox, view, failed: new Set() };
    await outbox.restore();
  }

  function note(letter: Letter, state: State): void {
    const { nonce, kind } = letter;
    let known = sent.get(nonce);
    if (known === undefined) {
      const label = letter.kind === 'chat' ? letter.chat : letter.gif instanceof File ? letter.gif.name : '';
      sent.set(nonce, (known = { nonce, kind, label, isAcked: false, hasFailed: false }));
    }
    open?.failed.delete(nonce);
    if (state.what === 'sent') known.isAcked = true;
    if (state.what === 'failed') {
      known.hasFailed = true;
      open?.failed.add(nonce);
    }
  }

  async function watch<T>(answer: Promise<T>): Promise<T> {
    underWay += 1;
    watcher.sending();
    try {
      return await answer;
    } finally {
      underWay -= 1;
    }
  }

  async function upload(letter: GifLetter, signal: AbortSignal) {
    const body = new FormData();
    body.append('nonce', letter.nonce);
    body.append('gif', letter.gif, 'chat.gif');
    const init = { method: 'POST', body, headers: { accept: 'application/json' }, signal };
    try {
      const response = await request(`/room/${room}/gif`, init, UPLOAD_PATIENCE);
      if (response.status === 200) return { ok: true as const };
      const { error }: { error: { code: string; message: string } } = await response.json();
      return { ok: false as const, ...error };
    } catch {
      return undefined;
    }
  }

  function say(kind: 'chat' | 'gif'): void {
    if (kept.size >= MAX_UNSENT) return;
    const label = `${name}-${String(count++)}`;
    if (kind === 'chat') open?.outbox.send({ chat: label });
    else open?.outbox.send({ gif: new File([gifOf(label)], label, { type: 'image/gif' }) });
  }

  /** Ends the page as a browser does: its connection ends, and its script does nothing more. */
  function close(): void {
    const closing = open;
    open = undefined;
    closing?.connection.leave();
    closing?.outbox.close('', 'keep');
  }

  /** Leaves on purpose, and tries again until the server knows it. */
  async function leave(): Promise<void> {
    close();
    const until = performance.now() + LEAVE_PATIENCE;
    for (let isGone = false; !isGone && performance.now() < until;) {
      isGone = await request(`/room/${room}/leave`, { method: 'POST' }).then(
        ({ status }) => status === 303,
        () => false,
      );
      if (!isGone) await wait(200);
    }
    watcher.left();
  }

  function sendAgain(): void {
    for (const nonce of open?.failed ?? []) open?.outbox.retry(nonce);
  }

  return {
    name,
    sent,
    views,
    come,
    close,
    leave,
    id: () => id,
    /** The number of the last chat on the page; undefined without one, or while it is not up to date. */
    last: () => (open?.connection.isReady() === true ? (open.view.at(-1)?.seq ?? 0) : undefined),
    isHere: () => open !== undefined,
    /** Whether something was sent and is not answered yet, while the line works. */
    isSending: () => underWay > 0 && line.isWhole(),
    /** Whether all that was sent is answered. */
    isDone: () => open !== undefined && open.outbox.isEmpty() && open.failed.size === 0,

    /** What happens when the browser says that it is online again. */
    wake: () => open?.connection.wake(),

    sendAgain,

    async do({ what, away }: Deed): Promise<void> {
      if (open === undefined && !(await come())) return;
      switch (what) {
        case 'say':
          say('chat');
          return;
        case 'show':
          say('gif');
          return;
        case 'say much':
          for (const kind of ['chat', 'chat', 'gif', 'chat', 'gif', 'chat'] as const) say(kind);
          return;
        case 'send again':
          sendAgain();
          return;
        case 'reload':
        case 'crash':
          if (what === 'crash') line.abandon();
          close();
          await wait(away);
          break;
        case 'leave':
          await leave();
          await wait(away);
          break;
      }
      await come();
    },
  };
}

/** The numbers and nonces of the rows that the server wrote into a page. */
function rowsOf(html: string): View {
  const rows = html.matchAll(/data-seq="(\d+)"(?: data-nonce="([^"]*)")?/g);
  return [...rows].map(([, seq, nonce]) => ({ seq: Number(seq), nonce }));
}

/**
 * The people of a hostile crowd. All of them claim one address by `X-Forwarded-For`, which the server under attack believes.
 * The innocents have another one. (A crowd with many addresses is out of scope, see SECURITY.md.)
 */
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { ChatClient } from '../../tests/support/app';

/** The longest chat there is: 8,000 bytes. */
export const LONGEST = '👋'.repeat(2_000);

const AT_ITS_ADDRESS: Record<string, string> = { 'x-forwarded-for': '198.51.100.7' };

/** A person of the crowd. The headers have the address and the session. */
export interface Hostile {
  headers: Record<string, string>;
  /** Opens a `/chat` socket. Resolves when it is connected. */
  chat(): Promise<ChatClient>;
  /** Opens a connection without Socket.IO's client, so that an attack can do what that client never does. */
  raw(): Promise<WebSocket>;
}

/** A person with a session. @param from the headers that claim the address. */
export async function hostile(url: string, from = AT_ITS_ADDRESS): Promise<Hostile> {
  const page = await fetch(`${url}/room`, { headers: from });
  await page.arrayBuffer();
  const [cookie = ''] = (page.headers.get('set-cookie') ?? '').split(';');
  return withHeaders(url, { ...from, cookie });
}

/** A person without a session. */
export function stranger(url: string): Hostile {
  return withHeaders(url, AT_ITS_ADDRESS);
}

/** So many people with sessions. */
export function people(url: string, count: number): Promise<Hostile[]> {
  return Promise.all(Array.from({ length: count }, () => hostile(url)));
}

/** Makes a room for 500 people, open unless a password is given. @returns its id; empty if it was refused. */
export async function makeRoom(url: string, { headers }: Hostile, password = ''): Promise<string> {
  const answer = await fetch(`${url}/room`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ title: '소란', max: 500, password }),
  });
  await answer.arrayBuffer();
  return answer.headers.get('location')?.split('/').at(-1) ?? '';
}

/** Fills the room with so many of the longest chats. The people of the crowd take turns. */
export async function fillRoom(url: string, room: string, crowd: Hostile[], count: number): Promise<void> {
  for (let said = 0; said < count; said += crowd.length)
    await Promise.all(
      crowd.map(async ({ headers }) => {
        const answer = await fetch(`${url}/room/${room}/chat`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ chat: LONGEST }),
        });
        await answer.arrayBuffer();
      }),
    );
}

function withHeaders(url: string, headers: Record<string, string>): Hostile {
  return {
    headers,
    async chat() {
      const socket: ChatClient = io(`${url}/chat`, {
        ...{ forceNew: true, reconnection: false, transports: ['websocket'] },
        extraHeaders: headers,
      });
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      return socket;
    },
    async raw() {
      const address = `ws${url.slice(4)}/socket.io/?EIO=4&transport=websocket`;
      const socket = new WebSocket(address, { headers, autoPong: false });
      socket.on('error', () => undefined);
      await once(socket, 'open');
      return socket;
    },
  };
}

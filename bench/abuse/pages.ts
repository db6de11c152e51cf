/** 20 connections without a session ask for a room's page and for its history, as fast as they are answered. */
import { setMaxListeners } from 'node:events';
import type { Attack } from './attack';
import { fillRoom, makeRoom, people, stranger } from './crowd';

const CONNECTIONS = 20;

export const attack: Attack = async ({ url, signal }) => {
  setMaxListeners(0, signal);
  const crowd = await people(url, 20);
  const [owner] = crowd;
  if (owner === undefined) throw new Error('nobody came');
  const room = await makeRoom(url, owner);
  await fillRoom(url, room, crowd, 100);
  const paths = [`/room/${room}`, `/room/${room}/chats?limit=100`, '/'];
  let asked = 0;
  let refused = 0;

  const { headers } = stranger(url);

  async function ask(path: string): Promise<void> {
    const answer = await fetch(`${url}${path}`, { headers, signal });
    await answer.arrayBuffer();
    asked += 1;
    refused += Number(answer.status === 429);
  }

  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (!signal.aborted) for (const path of paths) await ask(path).catch(() => undefined);
    }),
  );
  return `${String(asked)} pages asked for, ${String(refused)} of them refused`;
};

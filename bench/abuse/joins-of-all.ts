/** 20 people join 55 times each, and ask each time for the whole log of a room that is full of the longest chats. */
import { once } from 'node:events';
import type { Attack } from './attack';
import { fillRoom, makeRoom, people } from './crowd';
import { ask } from '../../tests/support/app';
import type { Joined } from '../../src/types/events';

export const attack: Attack = async ({ url, signal }) => {
  const crowd = await people(url, 20);
  const [owner] = crowd;
  if (owner === undefined) throw new Error('nobody came');
  const room = await makeRoom(url, owner);
  await fillRoom(url, room, crowd, 200);
  const sockets = await Promise.all(crowd.map((who) => who.chat()));
  let answered = 0;
  let rows = 0;
  const joins = Promise.all(
    sockets.flatMap((socket) =>
      Array.from({ length: 55 }, async () => {
        const answer = await ask<Joined>(socket, 'join', { room, after: 0 });
        answered += Number(answer.ok);
        if (answer.ok) rows += answer.missed.length;
      }),
    ),
  );
  joins.catch(() => undefined);
  if (!signal.aborted) await once(signal, 'abort');
  return `${String(answered)} joins were answered, with ${String(rows)} chats`;
};

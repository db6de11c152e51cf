/** 200 people in one room send three times a second that they are typing. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Attack } from './attack';
import { makeRoom, people } from './crowd';
import { join } from '../../tests/support/app';

export const attack: Attack = async ({ url, signal }) => {
  const crowd = await people(url, 200);
  const [owner] = crowd;
  if (owner === undefined) throw new Error('nobody came');
  const room = await makeRoom(url, owner);
  const sockets = await Promise.all(crowd.map((who) => who.chat()));
  await Promise.all(sockets.map((socket) => join(socket, room)));
  let events = 0;
  while (!signal.aborted) {
    for (const socket of sockets) socket.emit('typing', { room, typing: true });
    events += sockets.length;
    await wait(333);
  }
  const left = sockets.filter(({ connected }) => connected).length;
  return `${String(events)} events, ${String(left)} people were there to the end`;
};

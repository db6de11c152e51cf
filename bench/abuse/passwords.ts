/** 58 people make a secret room each, all at once. Then ever new sessions give the right password of one of these rooms. */
import { setMaxListeners } from 'node:events';
import { makeRoom, hostile, people } from './crowd';
import type { Attack } from './attack';

const PASSWORD = '비밀';
const AT_ONCE = 20;

export const attack: Attack = async ({ url, signal }) => {
  setMaxListeners(0, signal);
  const crowd = await people(url, 58);
  const made = await Promise.all(crowd.map((who) => makeRoom(url, who, PASSWORD)));
  const rooms = made.filter((id) => id !== '');
  const [room] = rooms;
  if (room === undefined) throw new Error('no room was made');
  const door = `${url}/room/${room}/enter`;
  let tries = 0;
  let right = 0;

  async function enter(): Promise<void> {
    const { headers } = await hostile(url);
    const answer = await fetch(door, {
      ...{ method: 'POST', redirect: 'manual', signal },
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ password: PASSWORD }),
    });
    await answer.arrayBuffer();
    tries += 1;
    right += Number(answer.status === 303);
  }

  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (!signal.aborted) await enter().catch(() => undefined);
    }),
  );
  return `${String(rooms.length)} secret rooms, ${String(tries)} passwords given, ${String(right)} of them accepted`;
};

/**
 * The attackers have the same address as the innocents. One of them gives wrong passwords without end. 20 visitors of a
 * foreign page load its pictures, whose addresses are that of a secret room with a password.
 */
import { setMaxListeners } from 'node:events';
import type { Attack } from './attack';
import { hostile, makeRoom } from './crowd';

const PICTURES = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
const VISITORS = 20;

export const attack: Attack = async ({ url, signal }) => {
  setMaxListeners(0, signal);
  const guesser = await hostile(url, {});
  const room = await makeRoom(url, await hostile(url, {}), '비밀');
  if (room === '') throw new Error('no room was made');
  let misses = 0;
  let pictures = 0;

  async function guess(): Promise<void> {
    const answer = await fetch(`${url}/room/${room}/enter`, {
      ...{ method: 'POST', redirect: 'manual', signal },
      headers: { ...guesser.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ password: String(misses) }),
    });
    await answer.arrayBuffer();
    misses += 1;
  }

  async function load(): Promise<void> {
    const answer = await fetch(`${url}/room/${room}?password=${String(pictures)}`, {
      headers: PICTURES,
      signal,
    });
    await answer.arrayBuffer();
    pictures += 1;
  }

  async function goOn(act: () => Promise<void>): Promise<void> {
    while (!signal.aborted) await act().catch(() => undefined);
  }

  await Promise.all([goOn(guess), ...Array.from({ length: VISITORS }, () => goOn(load))]);
  return `${String(misses)} wrong passwords, ${String(pictures)} pictures of a foreign page`;
};

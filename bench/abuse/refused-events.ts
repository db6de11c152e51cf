/** 10 sockets without a session send events as fast as they can, which are all refused. A socket that is cut off is replaced. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Attack } from './attack';
import { stranger } from './crowd';

const AT_ONCE = 50;

export const attack: Attack = async ({ url, signal }) => {
  let sockets = 0;
  let events = 0;

  async function flood(): Promise<void> {
    const socket = await stranger(url).raw();
    sockets += 1;
    socket.send('40/chat,');
    const packet = `42/chat,0${JSON.stringify(['chat', { room: '0'.repeat(24), chat: '?' }])}`;
    while (!signal.aborted && socket.readyState === socket.OPEN) {
      for (let sent = 0; sent < AT_ONCE; sent += 1) socket.send(packet);
      events += AT_ONCE;
      await turn();
    }
    socket.terminate();
  }

  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (!signal.aborted) await flood().catch(() => turn());
    }),
  );
  return `${String(events)} events of ${String(sockets)} sockets`;
};

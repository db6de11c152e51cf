/** 20 people create rooms without end, while 50 sockets listen to the list. */
import { io } from 'socket.io-client';
import type { Attack } from './attack';
import { makeRoom, people, stranger } from './crowd';

const LISTS = 50;

export const attack: Attack = async ({ url, signal }) => {
  const crowd = await people(url, 20);
  let told = 0;
  for (let n = 0; n < LISTS; n += 1) {
    const list = io(`${url}/room`, {
      ...{ forceNew: true, reconnection: false, transports: ['websocket'] },
      extraHeaders: stranger(url).headers,
    });
    list.onAny(() => (told += 1));
  }
  let tries = 0;
  let made = 0;
  await Promise.all(
    crowd.map(async (who) => {
      while (!signal.aborted) {
        const room = await makeRoom(url, who).catch(() => '');
        tries += 1;
        made += Number(room !== '');
      }
    }),
  );
  return `${String(made)} rooms of ${String(tries)} were made, ${String(told)} packets told the lists`;
};

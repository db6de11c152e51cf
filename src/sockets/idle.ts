/** `/chat` sockets that are in no room. They cost memory and do nothing, so their connections are closed after a while. */
import type { IoNamespace } from './io';
import { every, type Repeated } from '../timers';

/** How long a socket may be in no room, and how often we look, in ms. */
export interface IdlePace {
  longest: number;
  lookEvery: number;
}

const PACE: IdlePace = { longest: 60_000, lookEvery: 10_000 };

/**
 * Closes connections, not sockets. A socket that the server disconnects does not connect again by itself, and our page would
 * take that for its person leaving in another window. After a closed connection the page connects and joins again.
 */
export function closeIdle(chat: IoNamespace, pace = PACE): Repeated {
  return every(pace.lookEvery, () => {
    const now = performance.now();
    for (const { data, conn } of chat.sockets.values()) {
      if (data.rooms.size > 0) data.idleSince = now;
      else if (now - data.idleSince > pace.longest) conn.close();
    }
    return Promise.resolve(undefined);
  });
}

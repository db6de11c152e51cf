/** The seats of the lab, one for each open connection. Their number, also for each visitor, and their time are bounded. */
import type { Bounds } from './bounds';
import type { Ending } from './ending';
import type { Visitor } from './visitor';

export interface Seats {
  /**
   * Takes a seat for a new connection.
   * @param end ends the connection; it is called when the seat's time is up or the server stops.
   * @param free how many seats must be free, this one included; one by default.
   * @returns the seat, which may be given back more than once; or why there is none.
   */
  take(visitor: Visitor, end: (why: Ending) => void, free?: number): Seat | { refused: Ending };
  /** Ends every connection. No new seat is given afterwards. */
  close(): void;
}

interface Seat {
  leave: () => void;
}

/** Starts with all seats free. */
export function createSeats(bounds: Bounds): Seats {
  const taken = new Map<Seat, { key: string; end: (why: Ending) => void }>();
  let isClosed = false;

  return {
    take({ key, hasSession }, end, free = 1) {
      if (isClosed) return { refused: 'stopping' };
      const own = [...taken.values()].filter((other) => other.key === key).length;
      if (hasSession && own + free > bounds.socketsOfSession) return { refused: 'tooMany' };
      if (!hasSession && own + free > bounds.socketsOfAddress) return { refused: 'tooManyHere' };
      if (taken.size + free > bounds.sockets) return { refused: 'full' };
      const timer = setTimeout(() => {
        seat.leave();
        end('timeIsUp');
      }, bounds.life);
      const seat: Seat = {
        leave: () => {
          clearTimeout(timer);
          taken.delete(seat);
        },
      };
      taken.set(seat, { key, end });
      return seat;
    },
    close() {
      isClosed = true;
      for (const [seat, { end }] of [...taken]) {
        seat.leave();
        end('stopping');
      }
    },
  };
}

/** Who may open a socket of one of the lab's namespaces, what it may send and how fast. */
import type { Namespace, Socket } from 'socket.io';
import { z } from 'zod';
import type { Bounds } from './bounds';
import type { Ending } from './ending';
import { createPace } from './pace';
import type { Seats } from './seats';
import type { Visitor } from './visitor';
import { endings } from '../../locales/lab';

/** What each event of a namespace may carry. Other events are not understood. */
type Inputs = Record<string, z.ZodType>;

interface NamespaceDoor {
  /** Stands before the namespace's own listeners, which get only what `inputs` parsed. */
  guard: (namespace: Pick<Namespace, 'use'>, inputs: Inputs) => void;
  /** The same where messages are passed on to others, which is bounded for all together. */
  guardCrowd: NamespaceDoor['guard'];
}

/** @param visitorOf tells whose socket it is. */
export function namespaceDoor(
  seats: Seats,
  bounds: Bounds,
  visitorOf: (socket: Socket) => Visitor,
): NamespaceDoor {
  const isTooBusy = createPace(bounds.messagesPassedOn);
  return {
    guard: (namespace, inputs) => {
      guard(namespace, inputs, () => false);
    },
    guardCrowd: (namespace, inputs) => {
      guard(namespace, inputs, isTooBusy);
    },
  };

  function guard(namespace: Pick<Namespace, 'use'>, inputs: Inputs, isBusy: () => boolean): void {
    namespace.use((socket, next) => {
      const seat = seats.take(visitorOf(socket), (why) => end(socket, why));
      if ('refused' in seat) {
        next(new Error(endings[seat.refused]));
        return;
      }
      const leave = () => {
        seat.leave();
        socket.conn.off('close', leave);
      };
      // A connection that breaks before the namespace is entered tells no `disconnect` to the socket.
      socket.conn.once('close', leave);
      socket.once('disconnect', leave);
      listen(socket, inputs, isBusy);
      next();
    });
  }

  function listen(socket: Socket, inputs: Inputs, isBusy: () => boolean): void {
    const isTooFast = createPace(bounds.messagesPerSecond);
    const schemas = new Map(Object.entries(inputs));
    let hasEnded = false;
    socket.use((event, next) => {
      if (hasEnded) return;
      const [name, ...more]: unknown[] = event;
      const args = more.filter((argument) => typeof argument !== 'function');
      const parsed = schemas.get(String(name))?.safeParse(args[0]);
      const isUnknown = parsed?.success !== true || args.length > 1;
      const why = isTooFast() ? 'tooFast' : isUnknown ? 'unknown' : isBusy() ? 'tooBusy' : undefined;
      if (why !== undefined) {
        hasEnded = true;
        end(socket, why);
        return;
      }
      if (args.length > 0) event[1] = parsed?.data;
      next();
    });
  }
}

/** The reason goes first: a `disconnect` carries none of ours. */
function end(socket: Socket, why: Ending): void {
  socket.emit('ended', endings[why]);
  socket.disconnect();
}

/** Bounds the sockets of the lab's namespaces: how many there may be, what they may send, and how fast. */
import type { Namespace, Socket } from 'socket.io';
import { z } from 'zod';
import type { Bounds } from './bounds';
import { createPace } from './pace';
import type { Seats } from './seats';
import type { Visitor } from './visitor';
import type { Words } from '../../locales';

/** The form of the data of each event of a namespace. All other events are ignored. */
type Inputs = Record<string, z.ZodType>;

interface NamespaceDoor {
  /** Must be set before the namespace's own listeners, which then get only data that `inputs` has parsed. */
  guard: (namespace: Pick<Namespace, 'use'>, inputs: Inputs) => void;
  /** The same for namespaces that pass messages on to other sockets. These messages are also bounded for all together. */
  guardCrowd: NamespaceDoor['guard'];
}

/** @param visitorOf tells whose socket it is, and `wordsOf` in which language that person reads. */
export function namespaceDoor(
  seats: Seats,
  bounds: Bounds,
  visitorOf: (socket: Socket) => Visitor,
  wordsOf: (socket: Socket) => Words,
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
      // Socket.IO calls this a moment after the socket asked. If its connection was closed meanwhile, nothing would tell us
      // when to give the seat back.
      if (socket.conn.readyState !== 'open') {
        next(new Error('the connection is closed'));
        return;
      }
      const { endings } = wordsOf(socket);
      const seat = seats.take(visitorOf(socket), (why) => end(socket, endings[why]));
      if ('refused' in seat) {
        next(new Error(endings[seat.refused]));
        return;
      }
      const leave = () => {
        seat.leave();
        socket.conn.off('close', leave);
      };
      // If a connection breaks before its socket has entered the namespace, Socket.IO emits no `disconnect`.
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
        end(socket, wordsOf(socket).endings[why]);
        return;
      }
      if (args.length > 0) event[1] = parsed?.data;
      next();
    });
  }
}

/** Sends the reason and then disconnects, because a `disconnect` cannot have a reason of ours. */
function end(socket: Socket, why: string): void {
  socket.emit('ended', why);
  socket.disconnect();
}

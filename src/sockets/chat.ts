/** The namespace `/chat`: joining a room, speaking in it, and what its owner does. Each handler is parse → act → ack. */
import { z } from 'zod';
import { answering } from './answer';
import type { Backlog } from './backlog';
import type { SocketHall } from './hall';
import type { ChatSocket, IoNamespace } from './io';
import type { Telling } from './telling';
import { chat as chatText, name, nonce, personId, roomId, seq } from '../rules/inputs';
import { Refusal } from '../rules/refusal';
import type { Services } from '../services';
import type { Visitor } from '../services/rooms';
import { within } from '../timers';
import type { Joined } from '../types/events';

/** How long a join waits until the sockets were told everything up to it, in ms. */
const PATIENCE = 5_000;

const inputs = {
  join: z.union([
    roomId.transform((room) => ({ room, after: 'nothing' as const, name: undefined })),
    // Nobody is kept out for an impossible name. It becomes null, and the answer says that it was refused.
    z.object({
      room: roomId,
      after: seq,
      people: z.boolean().default(true),
      name: z.union([name.optional(), z.unknown().transform(() => null)]),
    }),
  ]),
  leave: roomId,
  chat: z.object({ room: roomId, chat: chatText, nonce: nonce.optional() }),
  whisper: z.object({ room: roomId, to: personId, chat: chatText }),
  typing: z.object({ room: roomId, typing: z.boolean() }),
  person: z.object({ room: roomId, userId: personId }),
  rename: z.object({ room: roomId, name }),
  takeback: z.object({ room: roomId, seq }),
};
type Target = z.output<typeof inputs.join>;

interface Deps {
  services: Pick<Services, 'rooms' | 'chats' | 'history'>;
  hall: SocketHall;
  telling: Telling;
  backlog: Pick<Backlog, 'read'>;
}

/** Answers the events of every socket that connects from now on. */
export function chatNamespace(
  chat: IoNamespace,
  { services: { rooms, chats, history }, hall, telling, backlog }: Deps,
): void {
  chat.on('connection', (socket) => {
    // The listeners must be there before any await, because the book's client sends `join` at once.
    const on = answering(socket);
    on('join', inputs.join, (who, target) => inTurn(socket, () => join(who, target)));
    on('leave', inputs.leave, (who, room) => inTurn(socket, () => leave(who, room)));
    on('chat', inputs.chat, (who, said) => chats.send(said.room, who, said.chat, said.nonce, 'socket'));
    on('whisper', inputs.whisper, (who, { room, to, chat: text }) => chats.whisper(room, who, to, text));
    on('typing', inputs.typing, (who, { room, typing }) => chats.type(room, who, typing));
    on('rename', inputs.rename, (who, { room, name: wanted }) => chats.rename(room, who, wanted, 'socket'));
    on('takeback', inputs.takeback, (who, { room, seq: number }) => chats.takeBack(room, who, number));
    on('kick', inputs.person, (who, { room, userId }) => rooms.kick(room, who, userId));
    on('handover', inputs.person, (who, { room, userId }) => rooms.handOver(room, who, userId));
    socket.on('disconnect', () => {
      for (const room of [...socket.data.rooms.keys()]) {
        hall.exclude(socket, room);
        void rooms.drop(room, socket.id);
      }
    });

    /**
     * We note the room at the socket before we queue the change: if the socket disconnects in between, its drop is queued
     * behind the change. When the join is accepted, the socket leaves its other rooms. When it is refused, nothing changes.
     * If the store did not answer, the change may still be stored later. Then `telling` drops the place that has no socket.
     */
    async function join(who: Visitor, target: Target): Promise<Joined> {
      const { room, name: wanted } = target;
      // An answer may be long, so a client gets the next one only when it has read the last one.
      if (socket.data.isAnswered) await within(PATIENCE, backlog.read(socket.conn)).catch(unavailable);
      const wasIn = hall.isIn(socket, room);
      if (!wasIn) hall.expect(socket, room, target.after === 'nothing' ? "the book's" : 'ours');
      const entering = rooms.enter(room, who, socket.id, wanted ?? undefined);
      const { room: entered, isNameTaken } = await entering.catch((error: unknown) => {
        if (!wasIn) hall.exclude(socket, room);
        throw error;
      });
      try {
        // The events after the answer must begin exactly where the answer ends. So the answer waits until the sockets of the
        // room were told everything up to this version.
        await within(PATIENCE, telling.reached(room, entered.version)).catch(unavailable);
        if (!hall.isIn(socket, room)) throw await whyNotIn(room, who);
      } catch (error) {
        hall.exclude(socket, room);
        void rooms.drop(room, socket.id);
        throw error;
      }
      for (const other of [...socket.data.rooms.keys()])
        if (other !== room) await leave(who, other).catch(() => undefined);
      const joined = await history.catchUp(entered, who, target);
      socket.data.isAnswered = true;
      return wanted === null || isNameTaken ? { ...joined, nameRefused: true } : joined;
    }

    /** The reason for the client, if the socket was put out after it had entered and before it was answered. */
    async function whyNotIn(room: string, who: Visitor): Promise<unknown> {
      return rooms.readable(room, who.id).then(
        () => new Refusal('NOT_ADMITTED'),
        (error: unknown) => error,
      );
    }

    /**
     * From now on the socket does not hear the room, even if the change fails. In that case its place is dropped, because a
     * socket that does not hear a room must not keep a place in it.
     */
    async function leave(who: Visitor, room: string): Promise<void> {
      const hadPlace = socket.data.rooms.has(room);
      hall.exclude(socket, room);
      await rooms.leave(room, who, socket.id).catch((error: unknown) => {
        if (hadPlace) void rooms.drop(room, socket.id);
        throw error;
      });
    }
  });
}

/**
 * Lets the joins and leaves of a socket run one after another. The stored promise has no result, so that a large answer
 * does not stay in memory as long as the socket lives.
 */
function inTurn<T>(socket: ChatSocket, act: () => Promise<T>): Promise<T> {
  const turn = socket.data.turn.then(act);
  socket.data.turn = turn.then(
    () => undefined,
    () => undefined,
  );
  return turn;
}

function unavailable(error: unknown): never {
  throw new Refusal('UNAVAILABLE', { cause: error });
}

/** `/chat`: joining a room, speaking in it, ruling it. Each handler is parse → act → ack; `notify` does the emitting. */
import { z } from 'zod';
import { answering } from './answer';
import type { ChatSocket, IoNamespace } from './io';
import { exclude, isIn } from './notify';
import { chat as chatText, nonce, personId, roomId, seq } from '../rules/inputs';
import { Refusal } from '../rules/refusal';
import type { Services } from '../services';
import type { Visitor } from '../services/rooms';
import type { Joined } from '../types/events';

const inputs = {
  join: z.union([
    roomId.transform((room) => ({ room, after: 'nothing' as const })),
    z.object({ room: roomId, after: seq }),
  ]),
  leave: roomId,
  chat: z.object({ room: roomId, chat: chatText, nonce: nonce.optional() }),
  whisper: z.object({ room: roomId, to: personId, chat: chatText }),
  typing: z.object({ room: roomId, typing: z.boolean() }),
  person: z.object({ room: roomId, userId: personId }),
};

export function chatNamespace(chat: IoNamespace, { rooms, chats }: Services): void {
  chat.on('connection', (socket) => {
    // Listeners first, before any await: the book's client sends `join` at once.
    const on = answering(socket);
    on('join', inputs.join, (who, { room, after }) => inTurn(socket, () => join(who, room, after)));
    on('leave', inputs.leave, (who, room) => inTurn(socket, () => leave(who, room)));
    on('chat', inputs.chat, (who, said) => chats.send(said.room, who, said.chat, said.nonce, 'socket'));
    on('whisper', inputs.whisper, (who, { room, to, chat: text }) => chats.whisper(room, who, to, text));
    on('typing', inputs.typing, (who, { room, typing }) => chats.type(room, who, typing));
    on('kick', inputs.person, (who, { room, userId }) => rooms.kick(room, who, userId));
    on('handover', inputs.person, (who, { room, userId }) => rooms.handOver(room, who, userId));
    socket.on('disconnect', () => {
      for (const room of socket.data.rooms.keys()) void rooms.drop(room, socket.id);
    });

    /**
     * The room is noted before the change is queued, so that a disconnect meanwhile queues its drop behind it. Accepted,
     * the socket leaves the others; refused, all is as before, and if the change happens after all, `notify` finds a
     * place without its socket.
     */
    async function join(who: Visitor, room: string, after: number | 'nothing'): Promise<Joined> {
      const wasIn = isIn(socket, room);
      if (!wasIn) socket.data.rooms.set(room, after === 'nothing' ? "the book's" : 'ours');
      const entered = await rooms.enter(room, who, socket.id).catch((error: unknown) => {
        if (!wasIn) exclude(socket, room);
        throw error;
      });
      if (!isIn(socket, room)) {
        // The same commit put it out again.
        exclude(socket, room);
        await rooms.readable(room, who.id);
        throw new Refusal('NOT_ADMITTED');
      }
      for (const other of socket.data.rooms.keys())
        if (other !== room) await leave(who, other).catch(() => undefined);
      return chats.catchUp(entered, who.id, after);
    }

    /** The socket hears no more of the room, whatever comes of it, so its place must not stay by it. */
    async function leave(who: Visitor, room: string): Promise<void> {
      const hadPlace = socket.data.rooms.has(room);
      exclude(socket, room);
      await rooms.leave(room, who.id, socket.id).catch((error: unknown) => {
        if (hadPlace) void rooms.drop(room, socket.id);
        throw error;
      });
    }
  });
}

/** One join or leave of a socket at a time. */
function inTurn<T>(socket: ChatSocket, act: () => Promise<T>): Promise<T> {
  const turn = socket.data.turn.then(act);
  socket.data.turn = turn.catch(() => undefined);
  return turn;
}

/**
 * Sockets that joined by a bare id, as the book's client does, have a hall of their own beside the room: they hear the
 * book's events, one chat each, and cannot fetch what they missed; so what others said comes from the log, in its turn.
 */
import { toSockets, type IoNamespace } from './io';
import { logger } from '../logger';
import { sent } from '../services/chats';
import type { News } from '../services/change-room';
import type { Chat, Room } from '../types/room';

/** The chats after one number up to another. */
export type Missed = (roomId: string, after: number, upTo: number) => Promise<Chat[]>;

export interface BookHalls {
  /** Tells what a commit said; before it, what the log has after `known`, where the hall knows no more. */
  tell(news: News, known: number): void;
}

export function createBookHalls(chat: IoNamespace, missed: Missed): BookHalls {
  /** Of halls that wait for what they missed: the end of it. */
  const turns = new Map<string, Promise<void>>();

  /** The book's client hears of others' coming, and calls a kick a going. */
  function say(said: Chat, hearers: ReturnType<IoNamespace['to']>, versions: Room[]): void {
    const own = versions.flatMap(({ people }) => people.find(({ id }) => id === said.userId)?.sockets ?? []);
    if (said.kind === 'join') hearers.except(own.map(({ id }) => id)).emit('join', sent(said));
    else if (said.kind === 'exit' || said.kind === 'kick') hearers.emit('exit', sent(said));
    else if (said.kind !== 'owner') hearers.emit('chat', sent(said));
  }

  async function catchUp(room: Room, after: number, upTo: number, present: string[]): Promise<void> {
    const chats = await missed(room._id, after, upTo);
    const hall = chat.adapter.rooms.get(bookRoom(room._id));
    const hearers = toSockets(
      chat,
      present.filter((id) => hall?.has(id)),
    );
    if (hearers !== undefined) for (const said of chats) say(said, hearers, [room]);
  }

  return {
    tell({ before, room, chats }, known) {
      const hall = bookRoom(room._id);
      const ids = chat.adapter.rooms.get(hall);
      if (ids === undefined) return;
      // Who comes by this very commit missed nothing before it.
      const wereIn = new Set(before.people.flatMap(({ sockets }) => sockets.map(({ id }) => id)));
      const present = [...ids].filter((id) => wereIn.has(id));
      const speak = () => {
        for (const said of chats) say(said, chat.to(hall), [before, room]);
      };
      const turn = turns.get(room._id);
      const isBehind = known < before.seq && !room.ephemeral;
      if (turn === undefined && !isBehind) {
        speak();
        return;
      }
      const next = Promise.resolve(turn)
        .then(() => (isBehind ? catchUp(room, known, before.seq, present) : undefined))
        .catch((error: unknown) => {
          logger.warn(`room ${room._id}: the book's clients missed chats (${String(error)})`);
        })
        .then(() => {
          speak();
          if (turns.get(room._id) === next) turns.delete(room._id);
        });
      turns.set(room._id, next);
    },
  };
}

export function bookRoom(roomId: string): string {
  return `book:${roomId}`;
}

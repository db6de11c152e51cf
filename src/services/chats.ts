/** Saying something in a room, and taking it back. Both the HTTP controllers and the sockets call this. */
import { randomUUID } from 'node:crypto';
import type { RoomChanger } from './change-room';
import type { Clock } from './clock';
import type { Gifs } from './gifs';
import type { Limits } from './limits';
import type { Passing } from './listener';
import type { OtherNodes } from './other-nodes';
import type { OwnNode } from './own-node';
import type { Rooms, Visitor } from './rooms';
import { refOf } from './sent';
import type { Space } from './space';
import { Refusal } from '../rules/refusal';
import { bytesOf } from '../rules/log';
import { placeOf, type Door } from '../rules/room';
import { takeBack } from '../rules/takeback';
import { rename, say, type Message } from '../rules/talk';
import { MAX_GIF_BYTES } from '../shared/sizes';
import type { Person, Room } from '../types/room';

/** In a room of more people, nobody is told who is typing. */
const MAX_TOLD_TYPING = 50;

/** What identifies a stored chat. */
export interface Stored {
  _id: string;
  seq: number;
}

interface Deps {
  clock: Clock;
  node: Pick<OwnNode, 'id'>;
  others: Pick<OtherNodes, 'refusalIn'>;
  changer: RoomChanger;
  rooms: Pick<Rooms, 'open' | 'readable'>;
  gifs: Gifs;
  limits: Limits;
  space: Space;
  passing: Passing;
}

/** Every function checks whether the person may do it, unless its comment says otherwise. */
export function createChats(deps: Deps) {
  const { clock, node, others, changer, rooms, gifs, limits, space, passing } = deps;

  /**
   * Stores the message once, even if it comes several times with the same nonce.
   * @param onFate is called when it is certain whether this call stored the message.
   */
  function commit(
    roomId: string,
    userId: string,
    message: Message,
    door: Door,
    onFate?: (isSaid: boolean) => void,
  ) {
    const nonce = message.nonce ?? randomUUID();
    let isSaid = false;
    return changer.change<Stored>(roomId, {
      nonce: { userId, nonce },
      apply(room, at, { byNonce }) {
        const refused = others.refusalIn(room);
        if (refused !== undefined) return { refused };
        const outcome = say(room, userId, { ...message, nonce }, door, byNonce, at);
        isSaid =
          'said' in outcome && outcome.said.some((chat) => chat.userId === userId && chat.nonce === nonce);
        return outcome;
      },
      onFate: (isDone) => onFate?.(isDone && isSaid),
    });
  }

  /** Must be called before something is stored. @throws Refusal RATE_LIMITED if the address wrote too much; DISK_FULL. */
  async function spendSpace({ address }: Visitor, bytes: number): Promise<void> {
    space.reserve(bytes);
    await space.spend(address, bytes);
  }

  /** The room, and this person's place in it. @throws Refusal ROOM_NOT_FOUND; NOT_ADMITTED if the person has no place. */
  async function inPlace(roomId: string, userId: string): Promise<{ room: Room; from: Person }> {
    const room = await rooms.open(roomId);
    const from = placeOf(room, userId);
    if (from === undefined) throw new Refusal('NOT_ADMITTED');
    return { room, from };
  }

  return {
    /**
     * Stores a text. @returns its id and number, when it is durable.
     * @throws Refusal as entering a room does; NOT_ADMITTED over a socket without a place; RATE_LIMITED; UNAVAILABLE.
     */
    async send(
      roomId: string,
      who: Visitor,
      chat: string,
      nonce: string | undefined,
      door: Door,
    ): Promise<Stored> {
      await limits.spend('chat', who);
      await spendSpace(who, bytesOf({ chat }));
      return commit(roomId, who.id, { kind: 'chat', chat, ...(nonce !== undefined && { nonce }) }, door);
    },

    /**
     * Is called before a GIF's file is received, so that a person who may not read the room does not have to send it.
     * @throws Refusal RATE_LIMITED, DISK_FULL, ROOM_NOT_FOUND, BARRED, NOT_ADMITTED.
     */
    async admitUpload(roomId: string, who: Visitor): Promise<void> {
      await limits.spend('gif', who);
      await rooms.readable(roomId, who.id);
      // Only one byte, since the size is not known yet. It is refused if the address has written too much already.
      await space.spend(who.address, 1);
      space.reserve(MAX_GIF_BYTES);
    },

    /**
     * Stores an upload as a GIF of the room. If the chat is not stored, the GIF's file is removed.
     * @throws as `send`, and as `Gifs.accept`.
     */
    async sendGif(roomId: string, who: Visitor, upload: string, nonce: string | undefined): Promise<Stored> {
      await space.spend(who.address, await gifs.sizeOf(upload));
      const accepted = await gifs.accept(roomId, upload);
      const message: Message = { kind: 'gif', ...accepted, ...(nonce !== undefined && { nonce }) };
      return commit(roomId, who.id, message, 'http', (isSaid) => {
        gifs.settle(accepted.gif, isSaid);
      });
    },

    /**
     * A person gets this name in the room, or none.
     * @throws Refusal NAME_TAKEN; as entering a room does; NOT_ADMITTED over a socket without a place; RATE_LIMITED.
     */
    async rename(roomId: string, who: Visitor, name: string | undefined, door: Door): Promise<void> {
      await limits.spend('name', who);
      await changer.change(roomId, {
        apply(room, at) {
          const refused = others.refusalIn(room);
          return refused === undefined ? rename(room, who.id, name, door, at) : { refused };
        },
      });
    },

    /**
     * Takes back a chat: from now on, its text or GIF is shown to nobody. If it is taken back already, nothing changes.
     * @throws Refusal BAD_REQUEST if the log has no text or GIF with this number; FORBIDDEN if another person said it and
     * this one is not the owner; ROOM_NOT_FOUND, BARRED, NOT_ADMITTED, RATE_LIMITED, UNAVAILABLE.
     */
    async takeBack(roomId: string, who: Visitor, seq: number): Promise<void> {
      await limits.spend('takeback', who);
      await changer.change(roomId, {
        about: seq,
        apply(room, at, { bySeq }) {
          const refused = others.refusalIn(room);
          return refused === undefined ? takeBack(room, who.id, bySeq(seq), at) : { refused };
        },
      });
    },

    /**
     * Sends a text to every socket of two people in the room, and stores nothing.
     * @throws Refusal BAD_REQUEST if there is no such person in the room; UNAVAILABLE if this process has no socket of that
     * person.
     */
    async whisper(roomId: string, who: Visitor, to: string, chat: string): Promise<void> {
      await limits.spend('chat', who);
      const { room, from } = await inPlace(roomId, who.id);
      const other = placeOf(room, to);
      if (other === undefined || other.id === from.id) throw new Refusal('BAD_REQUEST');
      // A whisper reaches only the sockets of this process.
      if (!other.sockets.some((socket) => socket.node === node.id())) throw new Refusal('UNAVAILABLE');
      passing.whispered(socketsOf([from, other]), {
        from: refOf(from),
        to: refOf(other),
        chat,
        createdAt: new Date(clock.now()).toISOString(),
      });
    },

    /** Tells the other people in the room whether this person is typing. */
    async type(roomId: string, who: Visitor, typing: boolean): Promise<void> {
      await limits.spend('typing', who);
      const { room, from } = await inPlace(roomId, who.id);
      if (room.people.length > MAX_TOLD_TYPING) return;
      passing.typed(roomId, refOf(from), typing);
    },
  };
}

function socketsOf(people: Person[]): string[] {
  return people.flatMap(({ sockets }) => sockets.map(({ id }) => id));
}

/** Saying something in a room, and reading its log. Both the HTTP controllers and the sockets call this. */
import { randomUUID } from 'node:crypto';
import type { RoomChanger } from './change-room';
import type { Clock } from './clock';
import type { Gifs } from './gifs';
import type { Limits } from './limits';
import type { Passing } from './listener';
import type { OtherNodes } from './other-nodes';
import type { OwnNode } from './own-node';
import type { Rooms, Visitor } from './rooms';
import type { Space } from './space';
import { DEFAULT, languages } from '../locales';
import { Refusal } from '../rules/refusal';
import { bytesOf } from '../rules/log';
import { colorIn, placeOf, type Door } from '../rules/room';
import { takeBack } from '../rules/takeback';
import { rename, say, type Message } from '../rules/talk';
import { MAX_GIF_BYTES } from '../shared/sizes';
import type { Range, Store } from '../stores/store';
import type { Joined, PersonRef, PersonSummary, SentChat } from '../types/events';
import type { Chat, Person, Room } from '../types/room';

/** How many missed chats the answer to a join has at most, and how many bytes of JSON they may have. */
const MAX_MISSED = 200;
const MAX_MISSED_BYTES = 65_536;
/** How many of the missed chats are read at first. */
const FIRST_MISSED = 10;

/** How many bytes the chats of a page may have: as many as 100 long texts of ASCII. Showing more would stop others' chats. */
const MAX_PAGE_BYTES = 262_144;

/** In a room of more people, nobody is told who is typing. */
const MAX_TOLD_TYPING = 50;

/** What identifies a stored chat. */
export interface Stored {
  _id: string;
  seq: number;
}

interface Deps {
  store: Store;
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

export type Chats = ReturnType<typeof createChats>;

/** Every function checks whether the person may do it, unless its comment says otherwise. */
export function createChats(deps: Deps) {
  const { store, clock, node, others, changer, rooms, gifs, limits, space, passing } = deps;
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

  /** Counts the chats that a join's answer gives to this person. @returns whether the person may have so many. */
  async function spendMissed(who: Visitor, count: number): Promise<boolean> {
    try {
      await limits.spend('missed', who, count);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * The chats after a number: at most `count`, and at most 64 KiB, but at least one. The first few are read before the others,
   * since their sizes tell about how many will fit. Otherwise 200 long chats, which are 1.6 MB, would be read for nothing.
   */
  async function missedIn(roomId: string, after: number, count: number): Promise<SentChat[]> {
    const first = await store.chats.page(roomId, { after }, Math.min(count, FIRST_MISSED));
    const missed = firstWithin(MAX_MISSED_BYTES, first.map(sent));
    const isFull = missed.length < first.length;
    if (isFull || first.length === count || first.length < FIRST_MISSED) return missed;
    const size = Buffer.byteLength(JSON.stringify(missed));
    const likely = Math.ceil((MAX_MISSED_BYTES * first.length) / size) - first.length;
    const others = await store.chats.page(
      roomId,
      { after: after + first.length },
      Math.max(1, Math.min(count - first.length, likely)),
    );
    return firstWithin(MAX_MISSED_BYTES, [...missed, ...others.map(sent)]);
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
    async mayUpload(roomId: string, who: Visitor): Promise<void> {
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
     * A page of the log in the order of `seq`: at most `limit` chats, and 256 KiB. `more` says whether more chats follow in
     * the direction of the range.
     * @throws Refusal ROOM_NOT_FOUND, BARRED, NOT_ADMITTED.
     */
    async page(roomId: string, userId: string | undefined, range: Range, limit: number) {
      const { ephemeral } = await rooms.readable(roomId, userId);
      return ephemeral ? { chats: [], more: false } : pageOf(store, roomId, range, limit);
    },

    /** The chats of a room after one number and up to another; only the first 200 of them. It checks no permission. */
    saidBetween: (roomId: string, after: number, upTo: number): Promise<Chat[]> =>
      store.chats.page(roomId, { after }, Math.min(MAX_MISSED, upTo - after)),

    /**
     * The answer to a socket that has just entered this room: the people who are there, and the chats that it missed, up to
     * the commit with which it entered. Later chats are sent to it when they are said.
     * @param after the number of the last chat that the client has; 'nothing' for the book's client, which gets no missed
     * chats. A person who asked for very many missed chats in the last minute gets none, and reads them as pages of history.
     */
    async catchUp(
      room: Room,
      who: Visitor,
      { after, people = true }: { after: number | 'nothing'; people?: boolean },
    ): Promise<Joined> {
      const from = after === 'nothing' || room.ephemeral ? room.seq : after;
      const count = Math.min(room.seq - from, MAX_MISSED);
      const missed =
        count > 0 && (await spendMissed(who, count)) ? await missedIn(room._id, from, count) : [];
      return {
        seq: room.seq,
        me: meIn(room, who.id),
        ...(people && { people: peopleOf(room) }),
        missed,
        more: from + missed.length < room.seq,
        ephemeral: room.ephemeral,
      };
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

/** A chat as clients get it. A system chat has a sentence in the book's language, for the book's client. */
export function sent(chat: Chat): SentChat {
  const createdAt = chat.createdAt.toISOString();
  if (chat.kind === 'gif' && chat.takenBack !== true) {
    const { bytes: _bytes, ...shown } = chat;
    return { ...shown, createdAt };
  }
  if (chat.kind === 'chat' || chat.kind === 'gif') return { ...chat, createdAt };
  return { ...chat, chat: languages[DEFAULT].sentences[chat.kind](chat.color, chat.name), createdAt };
}

/** How others in the room see this person, or would see them if they entered. */
export function meIn(room: Room, userId: string): PersonRef {
  return refOf(placeOf(room, userId) ?? { id: userId, color: colorIn(room, userId) });
}

function refOf({ id, color, name }: Pick<Person, 'id' | 'color' | 'name'>): PersonRef {
  return { id, color, ...(name !== undefined && { name }) };
}

/** The first chats of the list that together have at most so many bytes as JSON; at least one chat. */
function firstWithin(bytes: number, chats: SentChat[]): SentChat[] {
  let size = 2;
  const end = chats.findIndex((chat) => (size += Buffer.byteLength(JSON.stringify(chat)) + 1) > bytes);
  return end === -1 ? chats : chats.slice(0, Math.max(end, 1));
}

/** The people who entered, in the order in which they entered. */
export function peopleOf(room: Room): PersonSummary[] {
  return room.people
    .filter(({ entered }) => entered)
    .map((person) => ({ ...refOf(person), owner: person.id === room.ownerId }));
}

async function pageOf(store: Store, roomId: string, range: Range, limit: number) {
  const found = await store.chats.page(roomId, range, limit + 1);
  const isForward = range !== 'newest' && 'after' in range;
  // From the chat at which the reader is to the farthest one.
  const outward = isForward ? found : found.toReversed();
  let bytes = 0;
  const end = outward.findIndex((chat, index) => {
    // The file of a GIF is not part of the page.
    bytes += bytesOf('chat' in chat ? { chat: chat.chat } : {});
    return bytes > MAX_PAGE_BYTES || index === limit;
  });
  const chats = end === -1 ? outward : outward.slice(0, end);
  return { chats: (isForward ? chats : chats.toReversed()).map(sent), more: end !== -1 };
}

function socketsOf(people: Person[]): string[] {
  return people.flatMap(({ sockets }) => sockets.map(({ id }) => id));
}

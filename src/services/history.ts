/** Reading what was said in a room: pages of its log, and what a socket missed. */
import type { Limits, Payer } from './limits';
import type { Rooms, Visitor } from './rooms';
import { meIn, peopleOf, sent } from './sent';
import { bytesOf } from '../rules/log';
import type { Range, Store } from '../stores/store';
import type { Joined, SentChat } from '../types/events';
import type { Chat, Room } from '../types/room';

/** How many missed chats the answer to a join has at most, and how many bytes of JSON they may have. */
const MAX_MISSED = 200;
const MAX_MISSED_BYTES = 65_536;
/** How many of the missed chats are read at first. */
const FIRST_MISSED = 10;

/** How many bytes the chats of a page may have: as many as 100 long texts of ASCII. Showing more would stop others' chats. */
const MAX_PAGE_BYTES = 262_144;

interface Deps {
  store: Pick<Store, 'chats'>;
  rooms: Pick<Rooms, 'readable'>;
  limits: Limits;
}

interface Page {
  chats: SentChat[];
  more: boolean;
}

export type History = ReturnType<typeof createHistory>;

/** Every function checks whether the person may do it, unless its comment says otherwise. */
export function createHistory({ store, rooms, limits }: Deps) {
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
     * A page of the log in the order of `seq`: at most `limit` chats, and 256 KiB. `more` says whether more chats follow in
     * the direction of the range. Long texts are costly to show, so their length is counted.
     * @throws Refusal ROOM_NOT_FOUND, BARRED, NOT_ADMITTED, RATE_LIMITED.
     */
    async page(roomId: string, who: Payer, range: Range, limit: number): Promise<Page> {
      const { ephemeral } = await rooms.readable(roomId, who.id);
      if (ephemeral) return { chats: [], more: false };
      const { chats, more, bytes } = await pageOf(store, roomId, range, limit);
      await limits.spend('text', who, Math.ceil(bytes / 1_024));
      return { chats, more };
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
      const takenBack = room.recent.filter((chat) => chat.takenBack).map(({ seq }) => seq);
      return {
        seq: room.seq,
        me: meIn(room, who.id),
        ...(people && { people: peopleOf(room) }),
        missed,
        more: from + missed.length < room.seq,
        ephemeral: room.ephemeral,
        ...(takenBack.length > 0 && { takenBack }),
      };
    },
  };
}

/** The first chats of the list that together have at most so many bytes as JSON; at least one chat. */
function firstWithin(bytes: number, chats: SentChat[]): SentChat[] {
  let size = 2;
  const end = chats.findIndex((chat) => (size += Buffer.byteLength(JSON.stringify(chat)) + 1) > bytes);
  return end === -1 ? chats : chats.slice(0, Math.max(end, 1));
}

/** @returns with the page how many bytes its texts have. */
async function pageOf(
  store: Deps['store'],
  roomId: string,
  range: Range,
  limit: number,
): Promise<Page & { bytes: number }> {
  const found = await store.chats.page(roomId, range, limit + 1);
  const isForward = range !== 'newest' && 'after' in range;
  // From the chat at which the reader is to the farthest one.
  const outward = isForward ? found : found.toReversed();
  const fitting: Chat[] = [];
  let bytes = 0;
  for (const chat of outward.slice(0, limit)) {
    // The file of a GIF is not part of the page.
    const size = bytesOf('chat' in chat ? { chat: chat.chat } : {});
    if (bytes + size > MAX_PAGE_BYTES) break;
    bytes += size;
    fitting.push(chat);
  }
  const chats = isForward ? fitting : fitting.toReversed();
  return { chats: chats.map(sent), more: fitting.length < outward.length, bytes };
}

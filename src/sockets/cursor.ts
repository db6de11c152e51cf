/**
 * Knows for one room up to which version, and up to which chat (`seq`), the sockets of this process were told what happened.
 * News is told in the order in which it comes. Chats that did not come with news are read from the store.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Hall } from './hall';
import { logger } from '../logger';
import { placedSockets } from '../rules/hearers';
import type { Chat, Room, RoomMark } from '../types/room';

/** If the sockets missed more chats than this, the chats are not sent; the sockets are only told that there is a gap. */
const MAX_GAP = 1_000;
/** How many pieces of news may wait. If there are more, we drop them and read their chats from the store. */
const MAX_WAITING = 100;
/** How long we wait after a failed read before we read again, in ms. */
const RETRY_AFTER = 500;

/** News that waits to be told: the version and the last number of the room, and the chats that came with the news. */
interface WaitingNews {
  mark: RoomMark;
  said: Chat[];
}

interface Deps {
  hall: Hall;
  history: { saidBetween(roomId: string, after: number, upTo: number): Promise<Chat[]> };
  /** Is called once, when no socket hears the room any more, or when `end` was called. */
  onEnd: () => void;
  /** How long to wait after a failed read before the next one, in ms. */
  retryAfter: number | undefined;
}

export class Cursor {
  /** The newest state of the room that we have read. Its places are right; `#newest` may have a greater `seq`. */
  room: Room;
  /** The version up to which the places were compared with our sockets. */
  placed: { version: number; peopleVersion: number } = { version: 0, peopleVersion: 0 };
  /** The newest mark of the room that we have. */
  #newest: RoomMark;
  /** The version and the chat up to which the sockets were told. */
  #told: { version: number; seq: number };
  #waiting: WaitingNews[] = [];
  #isTelling = false;
  #isEnded = false;
  /** Joins that wait until the sockets were told a version. */
  #awaiting: { version: number; resolve: () => void }[] = [];
  readonly #deps: Deps;

  /** Begins when the first sockets enter a room. They are told the chats `said` of this version, and nothing before. */
  constructor(room: Room, said: Chat[], deps: Deps) {
    this.room = room;
    this.#newest = room;
    this.#told = { version: room.version - 1, seq: room.seq - said.length };
    this.#deps = deps;
  }

  /** Tells the sockets this news, after all earlier news. */
  hear(news: WaitingNews): void {
    if (news.mark.version > this.#newest.version) this.#newest = news.mark;
    this.#waiting.push(news);
    if (this.#waiting.length > MAX_WAITING) this.#tellOnlyTheNewest();
    if (!this.#isTelling) void this.#tellAll();
  }

  /** Resolves when the sockets were told everything up to this version, or when none hears the room any more. */
  reached(version: number): Promise<void> {
    if (this.#told.version >= version) return Promise.resolve();
    return new Promise((resolve) => {
      this.#awaiting.push({ version, resolve });
    });
  }

  /** Ends if no socket hears the room and nothing is being told. */
  endUnlessHeard(): void {
    if (!this.#isTelling && !this.#deps.hall.isHeard(this.room._id)) this.end();
  }

  /** From now on, tells nothing. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#waiting = [];
    for (const { resolve } of this.#awaiting) resolve();
    this.#deps.onEnd();
  }

  /** Tells the waiting news, one piece after another. It does so in the same tick, unless chats must be read first. */
  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    let isWarned = false;
    for (let news = this.#waiting.shift(); news !== undefined; news = this.#waiting.shift()) {
      try {
        const reading = this.#tell(news);
        if (reading !== undefined) await reading;
      } catch (error) {
        if (!isWarned) logger.warn(`room ${this.room._id}: its chats are read again (${String(error)})`);
        isWarned = true;
        await wait(this.#deps.retryAfter ?? RETRY_AFTER);
        if (!this.#isEnded) this.#tellOnlyTheNewest();
      }
    }
    this.#isTelling = false;
    this.endUnlessHeard();
  }

  /** The chats that came with the waiting news are in the store, too. So it is enough to read up to the newest one. */
  #tellOnlyTheNewest(): void {
    this.#waiting = [{ mark: this.#newest, said: [] }];
  }

  /** Tells one piece of news. @returns a promise if chats must be read first. */
  #tell({ mark, said }: WaitingNews): Promise<void> | undefined {
    const { hall } = this.#deps;
    const finish = () => {
      if (this.#isEnded) return;
      this.#takeIn();
      const unheard = said.filter(({ seq }) => seq > this.#told.seq);
      if (unheard.length > 0) hall.say(mark._id, unheard);
      this.#told = {
        version: Math.max(this.#told.version, mark.version),
        seq: Math.max(this.#told.seq, mark.seq),
      };
      this.#letJoinsGoOn();
    };
    // News with chats comes from a commit of ours. A socket that entered by that commit must not hear
    // earlier chats, so it is taken in after they were sent. From news without chats we do not know when a
    // socket entered, so it is taken in first.
    if (said.length === 0) this.#takeIn();
    const upTo = (said[0]?.seq ?? mark.seq + 1) - 1;
    const isMissing = this.#told.seq < upTo && hall.isHeard(mark._id);
    if (isMissing) return this.#sayMissing(upTo).then(finish);
    finish();
    return undefined;
  }

  /** Takes in every socket that has a place. We look at the newest state, so a socket that was just put out stays out. */
  #takeIn(): void {
    const { hall } = this.#deps;
    const placed = placedSockets(this.room);
    for (const { id, isIn } of hall.socketsOf(this.room._id))
      if (!isIn && placed.has(id)) hall.takeIn(id, this.room._id);
  }

  /** Reads the chats between the last one that was told and `upTo` from the store, page by page, and sends them. */
  async #sayMissing(upTo: number): Promise<void> {
    const { hall, history } = this.#deps;
    const { _id, ephemeral } = this.room;
    if (ephemeral || upTo - this.#told.seq > MAX_GAP) {
      hall.skip(_id, upTo);
      this.#told.seq = upTo;
    }
    while (this.#told.seq < upTo) {
      const { seq } = this.#told;
      const page = await history.saidBetween(_id, seq, upTo);
      if (this.#isEnded) return;
      const isWhole = page.length > 0 && page.every((chat, index) => chat.seq === seq + 1 + index);
      if (!isWhole) throw new Error(`chats after ${String(seq)} are missing`);
      hall.say(_id, page);
      this.#told.seq = seq + page.length;
    }
  }

  /** Resolves the joins whose version the sockets were told by now. */
  #letJoinsGoOn(): void {
    const isReached = ({ version }: { version: number }) => version <= this.#told.version;
    const reached = this.#awaiting.filter(isReached);
    this.#awaiting = this.#awaiting.filter((one) => !isReached(one));
    for (const { resolve } of reached) resolve();
  }
}

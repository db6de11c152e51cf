/** All commits of one room, checked against a simple model: the log is replayed, and every answer must fit to it. */
import type { RefusalCode } from '../../src/rules/refusal';
import { OVERDUE, tick, type Moment } from './rules';
import type { News } from '../../src/services/change-room';
import type { Chat, Room } from '../../src/types/room';

/** What a person did and was answered; `from` and `to` are the newest versions before the act and after the answer. */
export interface Deed {
  name: 'enter' | 'drop' | 'leave' | 'leave all' | 'say' | 'kick' | 'hand over' | 'close';
  who: string;
  whom?: string;
  socket?: string | undefined;
  nonce?: string;
  stored?: { _id: string; seq: number };
  outcome: 'under way' | 'ok' | RefusalCode;
  from: number;
  to: number;
  /** The time of the answer. */
  at: Moment;
}

/** One version of the room, the version before, and the chats that were added between them. */
interface Step {
  before: Room;
  room: Room;
  chats: Chat[];
}

export class History {
  /** Every version that a process announced, because it had committed the version or had read it. */
  readonly #news: News[] = [];

  constructor(
    readonly created: Room,
    readonly graces: Pick<Moment, 'emptyRoomGrace'>,
  ) {}

  add(news: News): void {
    this.#news.push(news);
  }

  /** The newest version that was announced. */
  get version(): number {
    return Math.max(this.created.version, ...this.#news.map(({ room }) => room.version));
  }

  /** All versions of the room in order, beginning with its creation. */
  get rooms(): Room[] {
    return [this.created, ...this.#inOrder().map(({ room }) => room)];
  }

  /** The owner in the newest version. */
  get ownerId(): string {
    return (this.#inOrder().at(-1)?.room ?? this.created).ownerId;
  }

  /** All chats in the order of the commits. */
  get log(): Chat[] {
    return this.#inOrder().flatMap(({ chats }) => chats);
  }

  /**
   * Checks that every version was announced, and the same by all processes; that each follows from the one before and
   * breaks no promise; and that every answer was true.
   */
  check(deeds: readonly Deed[]): void {
    const news = this.#inOrder();
    expect(news.map(({ room }) => room.version)).toEqual(
      news.map((_, index) => this.created.version + 1 + index),
    );
    for (const { room } of this.#news.filter(({ room }) => room.version > this.created.version))
      expect(room).toEqual(news[room.version - this.created.version - 1]?.room);
    // Only the process that committed a version announces its chats, so each version has them at most once.
    const saying = this.#news.filter(({ said }) => said.length > 0).map(({ room }) => room.version);
    expect(saying).toEqual([...new Set(saying)]);
    const log = new Log(this.created.ownerId);
    let last = this.created;
    for (const { room, chats } of news) {
      expect(chats.map(({ seq }) => seq)).toEqual(chats.map((_, index) => last.seq + 1 + index));
      expect(room.seq).toBe(last.seq + chats.length);
      chats.forEach((chat) => log.add(chat));
      checkPeople(room, log);
      checkClosing(last, room, log, deeds, this.graces.emptyRoomGrace);
      last = room;
    }
    const nonces = this.log.map(({ userId, nonce }) => `${userId} ${nonce}`);
    expect(nonces).toEqual([...new Set(nonces)]);
    for (const deed of deeds) {
      if (!this.#isTrue(deed)) throw new Error(`this was not true at any moment: ${JSON.stringify(deed)}`);
    }
  }

  /** Whether the answer fits to the room at some moment between the request and the answer. */
  #isTrue({ name, who, whom = who, socket, nonce, stored, outcome, from, to, at }: Deed): boolean {
    const versions = [this.created, ...this.#inOrder().map(({ room }) => room)].filter(
      ({ version }) => from <= version && version <= to,
    );
    // A refusal stores nothing, not even that a place had ended by then. So the room after a tick may have been judged.
    const later = versions
      .flatMap((room) => momentsOf(room, at).map((now) => tick(room, { ...at, now })))
      .filter((outcome) => 'room' in outcome);
    const rooms = [...versions, ...later.map(({ room }) => room)];
    const said = [
      ...this.#inOrder().flatMap(({ room, chats }) =>
        from < room.version && room.version <= to ? chats : [],
      ),
      ...later.flatMap((outcome) => outcome.said),
    ];
    const last = versions.at(-1) ?? this.created;
    const isSaid = (kinds: Chat['kind'][], userId: string) =>
      said.some((chat) => kinds.includes(chat.kind) && chat.userId === userId);
    const wasIn = (userId: string) =>
      isSaid(['join'], userId) || rooms.some(({ people }) => people.some(({ id }) => id === userId));
    const wasOut = (userId: string) =>
      isSaid(['join', 'exit', 'kick'], userId) ||
      rooms.some(({ people }) => !people.some(({ id, entered }) => id === userId && entered));
    switch (outcome) {
      case 'under way':
        return false;
      case 'ROOM_NOT_FOUND':
        return rooms.some(({ closedAt }) => closedAt !== null);
      case 'BARRED':
        return last.barred.includes(who);
      case 'ROOM_FULL':
        return this.#wasFull(from, to);
      case 'NOT_ADMITTED':
        return wasOut(who);
      case 'FORBIDDEN':
        return said.some(({ kind }) => kind === 'owner') || rooms.some(({ ownerId }) => ownerId !== who);
      case 'ELSEWHERE':
        return this.created.ephemeral;
      case 'BAD_REQUEST':
        return who === whom || wasOut(whom);
      case 'UNAVAILABLE':
        return true;
      case 'ok':
        break;
      default:
        return false;
    }
    switch (name) {
      case 'enter':
        return wasIn(who);
      case 'leave all':
        return wasOut(who);
      case 'drop':
      case 'leave':
        return rooms.some(
          ({ people }) => !people.some(({ sockets }) => sockets.some(({ id }) => id === socket)),
        );
      case 'say':
        return this.log.some(
          (chat) =>
            chat.seq === stored?.seq &&
            chat._id === stored._id &&
            chat.userId === who &&
            chat.nonce === nonce,
        );
      case 'kick':
        return last.barred.includes(whom);
      case 'hand over':
        return isSaid(['owner'], whom) || rooms.some(({ ownerId }) => ownerId === whom);
      case 'close':
        return last.closedAt !== null;
    }
  }

  /** Whether `max` people may have been in the room at once, perhaps only between two changes of one commit. */
  #wasFull(from: number, to: number): boolean {
    const first = { before: this.created, room: this.created, chats: [] };
    return [first, ...this.#inOrder()].some(({ before, room, chats }) => {
      const ids = [...before.people, ...room.people].map(({ id }) => id);
      const seen = new Set([...ids, ...chats.map(({ userId }) => userId)]);
      return from <= room.version && room.version <= to && seen.size >= room.max;
    });
  }

  #inOrder(): Step[] {
    const byVersion = new Map<number, News>();
    for (const news of this.#news) {
      const { version } = news.room;
      if (version > this.created.version && (news.said.length > 0 || !byVersion.has(version)))
        byVersion.set(version, news);
    }
    let before = this.created;
    return [...byVersion.values()]
      .toSorted((one, other) => one.room.version - other.room.version)
      .map(({ room, said }) => {
        const step = { before, room, chats: said };
        before = room;
        return step;
      });
  }
}

/** The moments up to now at which time alone may change the room: each deadline, and when it is overdue. */
function momentsOf({ dueAt, people }: Room, { now }: Moment): number[] {
  const deadlines = [dueAt, ...people.map(({ until }) => until)].filter((deadline) => deadline !== null);
  return [now, ...deadlines.flatMap((deadline) => [deadline, deadline + OVERDUE])].filter(
    (moment) => moment <= now,
  );
}

/** Computes from the log alone which people are in the room, and which of them owns it. */
export class Log {
  readonly people = new Set<string>();

  constructor(public ownerId: string) {}

  /** Checks that only a person outside joins, and that only a person inside exits, speaks or becomes the owner. */
  add({ kind, userId }: Pick<Chat, 'kind' | 'userId'>): void {
    // A kick may also concern a person who was not in the room.
    if (kind !== 'kick')
      expect({ kind, isIn: this.people.has(userId) }).toEqual({ kind, isIn: kind !== 'join' });
    if (kind === 'join') this.people.add(userId);
    if (kind === 'exit' || kind === 'kick') this.people.delete(userId);
    if (kind === 'owner') this.ownerId = userId;
  }
}

function checkPeople(room: Room, log: Log): void {
  const { people, max, count, ownerId, owner, closedAt } = room;
  expect(count).toBe(people.length);
  expect(count).toBeLessThanOrEqual(max);
  expect(new Set(people.map(({ id }) => id)).size).toBe(count);
  if (closedAt !== null) {
    expect(people).toEqual([]);
    return;
  }
  const entered = people.filter((person) => person.entered);
  expect(entered.map(({ id }) => id)).toEqual([...log.people]);
  expect(ownerId).toBe(log.ownerId);
  if (entered.length > 0)
    expect(people.filter(({ id, color }) => id === ownerId && color === owner)).toHaveLength(1);
}

/** Only its owner closes a room with people, only a leave on purpose or the grace an empty one, and all only once. */
function checkClosing(
  before: Room,
  room: Room,
  log: Log,
  deeds: readonly Deed[],
  emptyRoomGrace: number,
): void {
  if (before.closedAt !== null) expect(room.closedAt).toBe(before.closedAt);
  if (before.closedAt !== null || room.closedAt === null) return;
  const isAsked = (name: Deed['name'], by?: string) =>
    deeds.some(
      (deed) => deed.name === name && (by === undefined || deed.who === by) && deed.outcome !== 'FORBIDDEN',
    );
  if (isAsked('close', room.ownerId)) return;
  expect([...log.people]).toEqual([]);
  if (isAsked('leave') || isAsked('leave all') || emptyRoomGrace === 0) return;
  expect(room.closedAt - (before.emptyAt ?? Infinity)).toBeGreaterThanOrEqual(emptyRoomGrace);
}

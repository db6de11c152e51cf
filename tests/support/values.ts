/** Rooms and chats for tests of the stores, with the fields that the rules would give them. */
import { randomBytes } from 'node:crypto';
import type { Chat, GifChat, Person, Room, TextChat } from '../../src/types/room';

/** Bounds that no test reaches by chance, and a folder for the database of programs that have none. */
export const ROOMY = {
  dataDir: '.',
  roomBytes: 1e9,
  addressBytesPerHour: 1e9,
  uploadsBytes: 1e9,
  emptyRoomMax: 1e9,
  limitsFactor: 1,
};

/** A `Space` that never refuses anything. */
export const SPACE = {
  reserve: () => undefined,
  spend: () => Promise.resolve(),
  addGif: () => Promise.resolve(),
};

/** Makes an id that is greater than all earlier ones. */
let made = 0;
export const newId = (): string => (++made).toString(16).padStart(8, '0') + randomBytes(8).toString('hex');

export function roomWith(fields: Partial<Room> = {}): Room {
  return {
    _id: newId(),
    title: '노드 스터디방',
    max: 10,
    owner: '#3a7867',
    ownerId: 'somebody',
    password: null,
    ephemeral: false,
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
    version: 1,
    peopleVersion: 1,
    seq: 0,
    bytes: 0,
    people: [],
    admitted: [],
    barred: [],
    count: 0,
    emptyAt: null,
    closedAt: null,
    dueAt: null,
    erasing: [],
    recent: [],
    writes: {},
    ...fields,
  };
}

export function personWith(fields: Partial<Person> = {}): Person {
  return { id: 'somebody', color: '#3a7867', since: 1, entered: true, sockets: [], until: null, ...fields };
}

/** The next version of the room, with these fields changed. */
export function next(room: Room, fields: Partial<Room> = {}): Room {
  return { ...room, version: room.version + 1, ...fields };
}

export function textOf(room: Room, seq: number, fields: Partial<TextChat> = {}): TextChat {
  return { ...baseOf(room, seq), kind: 'chat', chat: `말 ${String(seq)}`, ...fields };
}

export function gifOf(room: Room, seq: number, fields: Partial<GifChat> = {}): GifChat {
  const gif = `${room._id}/${String(seq)}.gif`;
  return { ...baseOf(room, seq), kind: 'gif', gif, width: 3, height: 2, bytes: 35, ...fields };
}

/** The next version of the room, and `count` new texts that were said in it. */
export function saying(room: Room, count: number): { to: Room; said: Chat[] } {
  const said = Array.from({ length: count }, (_, index) => textOf(room, room.seq + 1 + index));
  return { to: next(room, { seq: room.seq + count }), said };
}

function baseOf(room: Room, seq: number) {
  return {
    _id: newId(),
    room: room._id,
    seq,
    user: '#3a7867',
    userId: 'somebody',
    color: '#3a7867',
    nonce: `nonce ${String(seq)}`,
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
  };
}

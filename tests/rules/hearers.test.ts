import { decide, hasSamePeople, placedSockets, type OurSocket } from '../../src/rules/hearers';
import type { Room, SocketRef } from '../../src/types/room';
import { personWith, roomWith } from '../support/values';

const OURS = 'our node';
const NOTHING = { out: [], in: [], dropped: [] };

/** Makes a room in which each of these people has these sockets. */
function roomOf(places: Record<string, SocketRef[]>, fields: Partial<Room> = {}): Room {
  const people = Object.entries(places).map(([id, sockets]) => personWith({ id, sockets }));
  return roomWith({ people, count: people.length, ...fields });
}
const on = (node: string, ...ids: string[]): SocketRef[] => ids.map((id) => ({ node, id }));
const waiting = (userId: string, id: string): OurSocket => ({ userId, id, isIn: false });
const hearing = (userId: string, id: string): OurSocket => ({ userId, id, isIn: true });
const decided = (room: Room, sockets: OurSocket[], isAlive = true) =>
  decide(room, { node: OURS, sockets, isAlive });

describe('a socket with a place', () => {
  const room = roomOf({ mina: on(OURS, 's1') });

  it('is taken in if it waits to be', () => {
    expect(decided(room, [waiting('mina', 's1')])).toEqual({ ...NOTHING, in: ['s1'] });
  });

  it('is left as it is if it already hears the room', () => {
    expect(decided(room, [hearing('mina', 's1')])).toEqual(NOTHING);
  });

  it.each([true, false])('is taken in also while we may have been declared dead (alive: %s)', (isAlive) => {
    expect(decided(room, [waiting('mina', 's1')], isAlive).in).toEqual(['s1']);
  });

  it('is kept, while another socket of the same person that has no place is put out', () => {
    const both = [hearing('mina', 's1'), hearing('mina', 's2'), waiting('mina', 's3')];
    expect(decided(room, both)).toEqual({ ...NOTHING, out: [{ id: 's2', why: 'no place' }] });
  });

  it('is recognised by its own id, even if the room still names an earlier id of our process', () => {
    const earlier = roomOf({ mina: on('our earlier id', 's1') });
    expect(decided(earlier, [waiting('mina', 's1')])).toEqual({ ...NOTHING, in: ['s1'] });
    expect(decided(earlier, [hearing('mina', 's1')])).toEqual(NOTHING);
  });
});

describe('a socket without a place', () => {
  const sockets = [hearing('mina', 's1')];

  it.each<[string, Room, string]>([
    ['the room was closed', roomOf({}, { closedAt: 1 }), 'closed'],
    ['its person was put out', roomOf({}, { barred: ['mina'] }), 'barred'],
    [
      'both, and then it is told that the room was closed',
      roomOf({}, { closedAt: 1, barred: ['mina'] }),
      'closed',
    ],
    ['its person left, or opened too many', roomOf({ mina: on(OURS) }, { barred: ['jun'] }), 'no place'],
  ])('is put out, with the reason: %s', (_what, room, why) => {
    expect(decided(room, sockets)).toEqual({ ...NOTHING, out: [{ id: 's1', why }] });
  });

  it('keeps hearing the room while others may have declared us dead and freed its place', () => {
    expect(decided(roomOf({ mina: [] }), sockets, false)).toEqual(NOTHING);
  });

  it.each<[string, Room]>([
    ['closed', roomOf({}, { closedAt: 1 })],
    ['barred', roomOf({}, { barred: ['mina'] })],
  ])('is put out even then if entering again could not help: %s', (why, room) => {
    expect(decided(room, sockets, false).out).toEqual([{ id: 's1', why }]);
  });

  it.each([true, false])('is not put out while it still waits for its place (alive: %s)', (isAlive) => {
    const closed = roomOf({}, { closedAt: 1, barred: ['mina'] });
    expect(decided(roomOf({}), [waiting('mina', 's1')], isAlive)).toEqual(NOTHING);
    expect(decided(closed, [waiting('mina', 's1')], isAlive)).toEqual(NOTHING);
  });
});

describe('a place whose socket we do not have', () => {
  it.each([true, false])('is given up (alive: %s)', (isAlive) => {
    const room = roomOf({ mina: on(OURS, 's1', 's2'), jun: on(OURS, 's3') });
    const decision = decided(room, [hearing('mina', 's2')], isAlive);
    expect(decision).toEqual({ ...NOTHING, dropped: ['s1', 's3'] });
  });

  it('is kept if that socket waits to be taken in', () => {
    expect(decided(roomOf({ mina: on(OURS, 's1') }), [waiting('mina', 's1')]).dropped).toEqual([]);
  });

  it('is left alone if the socket is on another process', () => {
    expect(decided(roomOf({ mina: on('another node', 's1') }), [])).toEqual(NOTHING);
  });
});

it('a room without people and sockets needs nothing', () => {
  expect(decided(roomOf({}), [])).toEqual(NOTHING);
});

it('the sockets with a place are those of all people, on all processes', () => {
  const room = roomOf({ mina: [...on(OURS, 's1'), ...on('another node', 's2')], jun: on(OURS, 's3') });
  expect(placedSockets(room)).toEqual(new Set(['s1', 's2', 's3']));
});

describe('a newer state of a room has the same people', () => {
  const room = roomOf({ mina: on(OURS, 's1') });

  it('when only something was said', () => {
    expect(hasSamePeople(room, { ...room, seq: 9, version: 9, recent: [], writes: {} })).toBe(true);
  });

  it.each<[string, Partial<Room>]>([
    ['somebody came or went', { people: [] }],
    ['somebody was barred', { barred: ['jun'] }],
    ['it has another owner', { ownerId: 'jun' }],
    ['it was closed', { closedAt: 1 }],
  ])('unless %s', (_what, fields) => {
    expect(hasSamePeople(room, { ...room, ...fields })).toBe(false);
  });
});

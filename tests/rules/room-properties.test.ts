/** What is always true in a room, whatever people do, in any order, and however the clock is moved. */
import fc from 'fast-check';
import { colorOf } from '../../src/rules/color';
import { bytesOf } from '../../src/rules/log';
import * as rules from '../support/rules';
import type { FindChat, Moment, Outcome } from '../support/rules';
import type { Chat, Room } from '../../src/types/room';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const CREATOR = 'creator';
const OWNER = 'the owner';
const PEOPLE = [CREATOR, twinOf(CREATOR), 'mina', twinOf('mina'), 'jun'];

/** A name that stands here more often is chosen more often. */
const NAMES = [
  ...(['enter', 'enter', 'enter', 'enter', 'say', 'say', 'drop', 'drop', 'drop', 'leave', 'leave'] as const),
  ...(['leave all', 'say by http', 'say by http', 'say gif', 'admit', 'admit', 'kick', 'hand over'] as const),
  ...(['rename', 'rename', 'enter as', 'take back', 'take back', 'erase'] as const),
  ...(['tick', 'tick', 'lapse', 'restart', 'close', 'clear'] as const),
];

/** How many ms pass before a step. An hour more or less means that the clock is moved. */
const WAITS = [0, 0, 0, 0, 1, 1_000, 15_000, 60_000, 'until due', 'until due', HOUR, -HOUR] as const;

const arbitraryStep = fc.record({
  name: fc.constantFrom(...NAMES),
  who: fc.constantFrom(...PEOPLE, OWNER, OWNER),
  whom: fc.constantFrom(...PEOPLE),
  node: fc.constantFrom('node 1', 'node 2'),
  tab: fc.constantFrom('tab 1', 'tab 2', 'tab 3'),
  nonce: fc.constantFrom('a', 'b', 'c', 'd'),
  called: fc.constantFrom('Mina', 'mina', 'MINA', '준', undefined),
  seq: fc.integer({ min: 0, max: 12 }),
  wait: fc.constantFrom(...WAITS),
});
type Step = typeof arbitraryStep extends fc.Arbitrary<infer S> ? S : never;

const arbitrarySetting = fc.record({
  max: fc.integer({ min: 2, max: 4 }),
  password: fc.constantFrom(null, null, 'hash'),
  ephemeral: fc.boolean(),
  isCrowded: fc.boolean(),
  graces: fc.record({
    reconnectGrace: fc.constantFrom(0, 1_000, 15_000),
    emptyRoomGrace: fc.constantFrom(0, 1_000, 300_000),
  }),
});
type Setting = typeof arbitrarySetting extends fc.Arbitrary<infer S> ? S : never;

it('a room keeps its promises', () => {
  const steps = fc.array(arbitraryStep, { minLength: 1, maxLength: 60, size: 'max' });
  fc.assert(fc.property(arbitrarySetting, steps, play));
}, 120_000);

/** Plays the steps one after another, and checks the room after each of them. */
function play(setting: Setting, steps: Step[]): void {
  const log: Chat[] = [];
  let room = startOf(setting, log);
  let now = START;
  for (const { wait, ...planned } of steps) {
    now = wait === 'until due' ? Math.max(now, room.dueAt ?? now) : now + wait;
    const at = { now, ...setting.graces };
    // Replace `OWNER` by the owner's id now, so that the step means the same person when it is repeated below.
    const step = { ...planned, who: planned.who === OWNER ? room.ownerId : planned.who };
    const before = freeze(room);
    const outcome = apply(step, before, at, findIn(before, log), log);
    if ('refused' in outcome) {
      expect(Object.keys(outcome)).toEqual(['refused']);
      continue;
    }
    room = freeze(outcome.room);
    log.push(...outcome.said);

    checkNumbers(before, outcome, now);
    checkPeople(room);
    checkNames(room);
    checkBytes(room, log);
    checkLog(room, log);
    checkDue(room, at);
    checkClosing(before, room, step, log, at);
    // The person who handed over is no longer the owner, so repeating this step is answered with FORBIDDEN.
    if (step.name === 'hand over' && step.whom !== step.who) continue;
    const again = apply(step, room, at, findIn(room, log), log);
    expect(again).toEqual({ room, said: [], answer: outcome.answer });
    expect('room' in again && again.room).toBe(room);
  }
}

function apply(
  step: Omit<Step, 'wait'>,
  room: Room,
  at: Moment,
  heard: FindChat,
  log: Chat[],
): Outcome<unknown> {
  const { name, who, whom, node, tab, nonce, called, seq } = step;
  const socket = { node, id: `${who}, ${tab}` };
  switch (name) {
    case 'enter':
      return rules.enter(room, who, socket, at);
    case 'enter as':
      return rules.enter(room, who, socket, at, called);
    case 'rename':
      return rules.rename(room, who, called, 'http', at);
    case 'take back':
      return rules.takeBack(room, who, storedIn(room, log, seq), at);
    case 'erase':
      return rules.erased(
        room,
        room.erasing.map((one) => one.seq),
        at,
      );
    case 'drop':
      return rules.drop(room, socket, at);
    case 'leave':
      return rules.leave(room, who, socket, at);
    case 'leave all':
      return rules.leave(room, who, 'all', at);
    case 'say':
      return rules.say(room, who, { kind: 'chat', chat: '말', nonce }, 'socket', heard, at);
    case 'say by http':
      return rules.say(room, who, { kind: 'chat', chat: '말', nonce }, 'http', heard, at);
    case 'say gif':
      return rules.say(
        room,
        who,
        { kind: 'gif', gif: 'a.gif', width: 1, height: 1, bytes: 1_000, nonce },
        'http',
        heard,
        at,
      );
    case 'admit':
      return rules.admit(room, who, at);
    case 'kick':
      return rules.kick(
        room,
        who,
        whom,
        log.some((chat) => chat.userId === whom),
        at,
      );
    case 'hand over':
      return rules.handOver(room, who, whom, at);
    case 'close':
      return rules.close(room, who, at);
    case 'lapse':
      return rules.lapse(room, node, at);
    case 'restart':
      return rules.restart(room, node, at);
    case 'tick':
      return rules.tick(room, at);
    case 'clear':
      return room.closedAt === null ? { refused: 'FORBIDDEN' } : rules.cleared(room, at);
  }
}

/** Checks that new chats have the next numbers, without gaps. */
function checkNumbers(before: Room, { room, said }: Done, now: number): void {
  expect(said.map(({ seq }) => seq)).toEqual(said.map((_, index) => before.seq + 1 + index));
  expect(room.seq).toBe(before.seq + said.length);
  for (const chat of said) expect(chat).toMatchObject({ room: room._id, createdAt: new Date(now) });
}

/** Checks that an open room knows how much its log takes. */
function checkBytes({ ephemeral, bytes, erasing, closedAt }: Room, log: Chat[]): void {
  if (closedAt !== null) return;
  const about = log.flatMap((chat) => (chat.kind === 'takeback' ? [chat.about] : []));
  const erased = about.filter((seq) => !erasing.some((one) => one.seq === seq));
  const contents = log.map((chat) => (erased.includes(chat.seq) ? {} : chat));
  const sum = contents.reduce<number>((all, chat) => all + bytesOf(chat), 0);
  expect(bytes).toBe(ephemeral ? 0 : sum);
}

/** Checks that no two people in the room have names that look alike. */
function checkNames({ people }: Room): void {
  const looks = people.flatMap(({ name }) => name?.toLowerCase() ?? []);
  expect(looks).toEqual([...new Set(looks)]);
}

function checkPeople({ people, max, count, barred, admitted, recent, ownerId, owner }: Room): void {
  expect(count).toBe(people.length);
  expect(count).toBeLessThanOrEqual(max);
  expect(new Set(people.map(({ id }) => id)).size).toBe(count);
  expect(new Set(people.map(({ color }) => color)).size).toBe(count);
  expect(people.filter(({ id }) => barred.includes(id))).toEqual([]);
  for (const { sockets, until } of people) {
    expect(sockets.length).toBeLessThanOrEqual(8);
    expect(until === null).toBe(sockets.length > 0);
  }
  expect(admitted.length).toBeLessThanOrEqual(1_000);
  expect(barred.length).toBeLessThanOrEqual(1_000);
  expect(recent.length).toBeLessThanOrEqual(200);
  if (people.some(({ entered }) => entered)) {
    expect(people.filter(({ id, color }) => id === ownerId && color === owner)).toHaveLength(1);
  }
}

/** Checks that the log alone shows who is in an open room, in which order, and who owns it. */
function checkLog(room: Room, log: Chat[]): void {
  expect(new Set(log.map(({ _id }) => _id)).size).toBe(log.length);
  if (room.closedAt !== null) return;
  const people = room.people.filter(({ entered }) => entered).map(({ id, name }) => [id, name]);
  expect(replay(log)).toEqual({ people, ownerId: room.ownerId });
  // Everything that is to be erased, or was, is told once.
  const about = log.flatMap((chat) => (chat.kind === 'takeback' ? [chat.about] : []));
  expect(about).toEqual([...new Set(about)]);
  expect(about).toEqual(expect.arrayContaining(room.erasing.map(({ seq }) => seq)));
}

/** Checks that time alone changes an open room at `dueAt` and not earlier, and a closed room never. */
function checkDue(room: Room, at: Moment): void {
  const isChangedAt = (now: number) => {
    const outcome = rules.tick(room, { ...at, now });
    return !('room' in outcome && outcome.room === room);
  };
  if (room.erasing.length > 0) {
    expect(room.dueAt).toBeLessThanOrEqual(at.now);
    return;
  }
  const due = room.closedAt === null ? room.dueAt : null;
  expect(due === null || due > at.now).toBe(true);
  expect(isChangedAt(due === null ? at.now + 1_000 * HOUR : due - 1)).toBe(false);
  expect(isChangedAt(at.now)).toBe(false);
  if (due !== null) expect(isChangedAt(due)).toBe(true);
}

/** Checks why a room was closed: by its owner, by the last leave on purpose, or because it was empty for its grace. */
function checkClosing(
  before: Room,
  room: Room,
  { name, who }: Omit<Step, 'wait'>,
  log: Chat[],
  at: Moment,
): void {
  if (before.closedAt !== null) {
    expect(room.people).toEqual([]);
    // The time of closing changes only if the clock was moved back behind it.
    expect(room.closedAt).toBe(before.closedAt <= at.now ? before.closedAt : room.closedAt);
    expect(rules.wasCleared(room)).toBe(rules.wasCleared(before) || name === 'clear');
    return;
  }
  const isKept = (deadline: number) => deadline > at.now || deadline < at.now - rules.OVERDUE;
  const stayed = before.people.filter(({ until }) => until === null || isKept(until)).map(({ id }) => id);
  const isLastToLeave = name.startsWith('leave') && stayed.length === 1 && stayed[0] === who;
  if (room.closedAt === null) {
    if (isLastToLeave) expect(room.people).toHaveLength(1);
    if (room.people.length > 0) expect(room.emptyAt).toBeNull();
    else if (room.erasing.length === 0) expect(room.dueAt).toBe((room.emptyAt ?? NaN) + at.emptyRoomGrace);
    if (before.emptyAt !== null && room.emptyAt !== null && name !== 'restart') {
      const isOverdue = before.emptyAt + at.emptyRoomGrace < at.now - rules.OVERDUE;
      expect(room.emptyAt).toBe(isOverdue ? at.now : Math.min(before.emptyAt, at.now));
    }
    return;
  }
  expect(room).toMatchObject({ people: [], count: 0, closedAt: at.now, dueAt: at.now });
  if (name === 'close') expect(who).toBe(room.ownerId);
  else expect(replay(log).people).toEqual([]);
  if (name === 'close' || isLastToLeave) return;
  const emptyAt = stayed.length > 0 ? at.now : Math.min(before.emptyAt ?? at.now, at.now);
  expect(at.now - emptyAt).toBeGreaterThanOrEqual(at.emptyRoomGrace);
}

type Done = Extract<Outcome<unknown>, { room: Room }>;

/** A new room. A crowded one has all but one of the people it may remember, and a creator with all possible sockets. */
function startOf({ max, password, ephemeral, isCrowded, graces }: Setting, log: Chat[]): Room {
  const at = { now: START, ...graces };
  let room = rules.create({ _id: 'a'.repeat(24), title: '방', max, password, ephemeral }, CREATOR, at);
  if (!isCrowded) return room;
  const strangers = Array.from({ length: 999 }, (_, n) => `stranger ${String(n)}`);
  room = { ...room, barred: strangers, admitted: password === null ? [] : [...strangers, CREATOR] };
  for (let n = 1; n <= rules.MAX_SOCKETS; n += 1) {
    const entered = rules.enter(room, CREATOR, { node: 'node 1', id: `${CREATOR}, tab ${String(n)}` }, at);
    if ('refused' in entered) throw new Error(entered.refused);
    room = entered.room;
    log.push(...entered.said);
  }
  return room;
}

function findIn(room: Room, log: Chat[]): FindChat {
  const known = room.ephemeral ? room.recent : log;
  return (userId, nonce) => known.find((chat) => chat.userId === userId && chat.nonce === nonce);
}

/** A chat as the store has it: what the room has erased is marked. An ephemeral room knows only its last chats. */
function storedIn(room: Room, log: Chat[], seq: number): rules.Retractable | undefined {
  if (room.ephemeral) {
    const recent = room.recent.find((chat) => chat.seq === seq);
    return recent && { ...recent, kind: 'chat' };
  }
  const chat = log[seq - 1];
  const isTakenBack = log.some((other) => other.kind === 'takeback' && other.about === seq);
  return chat && (isTakenBack ? { userId: chat.userId, kind: chat.kind, seq, takenBack: true } : chat);
}

/** Computes from the log alone who is in the room, what they are called, and who owns it. */
function replay(log: Chat[]): { people: [id: string, name: string | undefined][]; ownerId: string } {
  const people = new Map<string, string | undefined>();
  let ownerId = CREATOR;
  for (const { kind, userId, name } of log) {
    if (kind === 'join' || kind === 'name') people.set(userId, name);
    if (kind === 'exit' || kind === 'kick') people.delete(userId);
    if (kind === 'owner') ownerId = userId;
  }
  return { people: [...people], ownerId };
}

/** Freezes a value with everything inside, so that a rule that changes its argument throws. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** Finds another id with the same color. */
function twinOf(id: string): string {
  for (let n = 0; ; n += 1) if (colorOf(`twin ${String(n)}`) === colorOf(id)) return `twin ${String(n)}`;
}

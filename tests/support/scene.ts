/**
 * A room in which everything may happen: people act on two processes over one store, calls of the store fail, and time
 * passes. Everything that is done is noted and compared with what must be true.
 */
import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { turns, Weather, type Fault } from './faults';
import { History, Log, type Deed } from './history';
import { createProcess, type Process } from './process';
import { Refusal } from '../../src/rules/refusal';
import { lapse, tick } from './rules';
import type { Stored } from '../../src/services/chats';
import type { Store } from '../../src/stores/store';
import type { Chat, Room } from '../../src/types/room';

export const CREATOR = 'creator';
const OWNER = 'the owner';
const PEOPLE = [CREATOR, 'mina', 'jun', 'sol', 'ari'];
const MAX_UNDER_WAY = 64;
const MINUTE = 60_000;

/** What may be done, and how often compared with the others. */
const NAMES = [
  ['enter', 6],
  ['drop', 3],
  ['leave', 1],
  ['leave all', 1],
  ['say', 4],
  ['say by http', 3],
  ['read', 3],
  ['kick', 1],
  ['hand over', 1],
  ['close', 1],
  ['sweep', 2],
  ['look', 4],
  ['wait', 2],
  ['lapse', 1],
  ['return', 1],
] as const;

export const arbitraryStep = fc.record(
  {
    name: fc.oneof(...NAMES.map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) }))),
    who: fc.constantFrom(...PEOPLE, OWNER),
    whom: fc.constantFrom(...PEOPLE),
    at: fc.constantFrom(0, 1),
    nonce: fc.constantFrom('a', 'b', 'c', 'd'),
    wait: fc.constantFrom(1_000, 15_000, MINUTE, 'until due' as const),
    /** How many turns of the event loop pass before the next step. */
    gap: fc.constantFrom(0, 0, 0, 0, 1, 3, 12),
  },
  { noNullPrototype: true },
);
export type Step = typeof arbitraryStep extends fc.Arbitrary<infer S> ? S : never;

export const arbitrarySetting = fc.record({
  max: fc.integer({ min: 2, max: 4 }),
  ephemeral: fc.constantFrom(false, false, false, true),
  /** How far the second process's clock is ahead, in ms. */
  skew: fc.constantFrom(0, 700),
  patience: fc.constantFrom<number>(5_000, 5_000, 20, 3),
  graces: fc.record({
    reconnectGrace: fc.constantFrom(0, 1_000, 15_000),
    emptyRoomGrace: fc.constantFrom(0, 1_000, 300_000),
  }),
  ending: fc.constantFrom('the owner closes', 'all leave', 'all drop'),
});
export type Setting = typeof arbitrarySetting extends fc.Arbitrary<infer S> ? S : never;

/** The two processes' own stores over the same data, and the folder of the GIFs. */
export interface Stage {
  stores: readonly [Store, Store];
  uploadsDir: string;
}

/** Creates a room, and starts two processes that each reach it over their own store. */
export async function openScene(
  { stores, uploadsDir }: Stage,
  { max, ephemeral, skew, patience, graces, ending }: Setting,
) {
  const weather = new Weather();
  let time = Date.UTC(2026, 0, 1);
  let told: History | undefined;
  const start = (store: Store, ahead: number) =>
    createProcess({
      ...{ store: weather.over(store), uploadsDir, graces, patience },
      now: () => time + ahead,
      changed: (news) => told?.add(news),
    });
  const here = await start(stores[0], 0);
  const there = await start(stores[1], skew);
  const processes = [here, there];
  const created = await here.rooms.create({ title: '방', max, password: '', ephemeral }, visitor(CREATOR));
  const history = (told = new History(created, graces));
  const { _id } = created;
  for (const process of processes) process.useRoom(_id);
  const deeds: Deed[] = [];
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  /** The ids under which a process was declared dead by the other. */
  const lapsed = new Set<string>();
  let made = 0;
  let looks = 0;
  let looking: ReturnType<typeof look> | undefined;

  const stored = () => stores[0].rooms.get(_id);
  const isOpen = async () => (await stored())?.closedAt === null;
  const moment = () => ({ now: time + skew, ...graces });
  const newest = () => Math.max(0, ...deeds.map((deed) => deed.stored?.seq ?? 0));

  /** Does something for a person, and notes how it was answered. */
  async function act(
    deed: Pick<Deed, 'name' | 'who' | 'whom' | 'socket' | 'nonce'>,
    work: () => Promise<unknown>,
  ): Promise<Deed['outcome']> {
    const noted: Deed = { ...deed, outcome: 'under way', from: history.version, to: Infinity, at: moment() };
    deeds.push(noted);
    try {
      const answer = await work();
      if (isStored(answer)) noted.stored = answer;
      noted.outcome = 'ok';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      noted.outcome = error.code;
    }
    const { room, chats } = await look();
    Object.assign(noted, { to: room?.version ?? Infinity, at: moment() });
    if (noted.stored !== undefined && room?.closedAt === null && !ephemeral) {
      const { who: userId, nonce } = deed;
      expect(chats[noted.stored.seq - 1]).toMatchObject({ ...noted.stored, userId, nonce });
    }
    return noted.outcome;
  }

  /** Reads the room and its log from either store. All acts that end in one turn of the event loop share one reading. */
  function look(): Promise<{ room: Room | undefined; chats: Chat[] }> {
    return (looking ??= turns(1).then(async () => {
      looking = undefined;
      const chats = await stores[looks++ % 2 === 0 ? 0 : 1].chats.page(_id, { after: 0 }, 1_000);
      // Read the room last. If it is still open then, its chats were complete when we read them.
      return { chats, room: await stored() };
    }));
  }

  async function perform({ name, who: planned, whom, at, nonce }: Step): Promise<void> {
    const [at1, other] = at === 0 ? [here, there] : [there, here];
    const { rooms, chats } = at1;
    const who = planned === OWNER ? history.ownerId : planned;
    const by = visitor(who);
    const socket = at1.socketOf(who);
    switch (name) {
      case 'enter': {
        const id = `${who}, tab ${String(++made)}`;
        const opened = at1.openSocket(id, who);
        await act({ name, who }, async () => {
          const { room } = await rooms.enter(_id, by, id).catch((error: unknown) => {
            at1.forget(id);
            throw error;
          });
          await at1.telling.reached(_id, room.version);
          if (opened.isIn) opened.joinedAt = room.seq;
          else {
            // The same commit put the socket out again, so we drop its place, as the `/chat` socket does.
            at1.forget(id);
            void rooms.drop(_id, id);
          }
          await checkJoined(room, at1, who);
        });
        break;
      }
      case 'drop':
        if (socket === undefined) break;
        at1.forget(socket);
        await act({ name, who, socket }, () => rooms.drop(_id, socket));
        break;
      case 'leave': {
        if (socket === undefined) break;
        at1.forget(socket);
        const outcome = await act({ name, who, socket }, () => rooms.leave(_id, by, socket));
        if (outcome !== 'ok') await rooms.drop(_id, socket);
        break;
      }
      case 'leave all':
        await act({ name, who }, () => rooms.leave(_id, by));
        break;
      case 'say':
      case 'say by http': {
        const door = name === 'say' ? 'socket' : 'http';
        await act({ name: 'say', who, nonce }, () => chats.send(_id, by, '말', nonce, door));
        break;
      }
      case 'read':
        await read(at1, who);
        break;
      case 'kick':
        await act({ name, who, whom }, () => rooms.kick(_id, by, whom));
        break;
      case 'hand over':
        await act({ name, who, whom }, () => rooms.handOver(_id, by, whom));
        break;
      case 'close':
        await act({ name, who }, () => rooms.remove(_id, by));
        break;
      case 'sweep':
        await at1.sweeper.sweep();
        break;
      case 'look':
        // The program makes a look that failed again, and so do we in `rest`.
        await at1.telling.look().catch(() => undefined);
        break;
      case 'lapse':
        await declareDead(other.node.id());
        await takeOut(at1, other.node.id());
        break;
      case 'return':
        await at1.node.sign();
        break;
      case 'wait':
        break;
    }
  }

  /** A person reads the log. It must have no gaps, and contain all chats that were acknowledged before. */
  async function read({ history: log }: Process, who: string): Promise<void> {
    const acknowledged = ephemeral ? 0 : newest();
    const page = await unlessRefused(log.page(_id, { id: who, address: '' }, { after: 0 }, 1_000));
    // The chats of a closed room are being deleted, so there is nothing to check.
    if (page === undefined || !(await isOpen())) return;
    expect(page.chats.map(({ seq }) => seq)).toEqual(page.chats.map((_, index) => index + 1));
    expect(page.chats.length).toBeGreaterThanOrEqual(acknowledged);
  }

  /** The answer to a join must contain all earlier chats, and exactly the people whom these chats show to be there. */
  async function checkJoined(room: Room, process: Process, who: string): Promise<void> {
    expect(room.people.some(({ id }) => id === who)).toBe(true);
    const joined = await unlessRefused(process.history.catchUp(room, visitor(who), { after: 0 }));
    if (joined === undefined || ephemeral || joined.more || !(await isOpen())) return;
    expect(joined.missed.map(({ seq }) => seq)).toEqual(
      Array.from({ length: joined.seq }, (_, index) => index + 1),
    );
    const log = new Log(created.ownerId);
    for (const chat of joined.missed) log.add(chat);
    const people = [...log.people].map((id) => ({ id, owner: id === log.ownerId }));
    expect(joined.people?.map(({ id, owner }) => ({ id, owner }))).toEqual(people);
  }

  async function declareDead(node: string): Promise<void> {
    lapsed.add(node);
    const record = (await stores[0].nodes.all()).find((one) => one._id === node);
    if (record !== undefined) await stores[0].nodes.lapse(node, record.beats);
  }

  async function takeOut(by: Process, node: string): Promise<void> {
    await by.changer.changeAlways(_id, { apply: (room, at) => lapse(room, node, at) });
  }

  /**
   * Resolves when the work is done. If that takes long, the processes look at the room again and again, as the program does: the
   * work may wait for what only a look tells.
   */
  async function whileLooking(work: Promise<unknown>): Promise<void> {
    const isDone = work.then(() => true);
    while (!(await Promise.race([isDone, turns(20).then(() => false)])))
      for (const { telling } of processes) await telling.look().catch(() => undefined);
  }

  /** Resolves when nothing is under way, not even calls for which nobody waits any longer. */
  async function settle(): Promise<void> {
    await whileLooking(Promise.all(underWay));
    await Promise.all(processes.map(({ changer }) => changer.changeAlways(_id, { apply: tick })));
    await weather.calm();
    if (failures.length > 0) throw failures[0];
  }

  /**
   * A socket with a place must have received every chat since its join, once and in order. A socket that lost its place
   * must not have received chats of later commits. The list must show the room as it is.
   */
  function checkHearing(room: Room): void {
    const rooms = history.rooms;
    const isPlaced = (version: number, socket: string) =>
      rooms[version - created.version]?.people.some(({ sockets }) => sockets.some(({ id }) => id === socket));
    const versionOf = (seq: number) => rooms.find((one) => one.seq >= seq)?.version ?? Infinity;
    for (const { everSockets, listed, node } of processes) {
      for (const { id, isIn, heard, skipped, joinedAt } of everSockets) {
        const entered = rooms.find(({ version }) => isPlaced(version, id))?.version ?? Infinity;
        const later = heard.filter((seq) => versionOf(seq) >= entered);
        expect(later).toEqual([...new Set(later)].sort((one, other) => one - other));
        // A process that was declared dead keeps its sockets in the room, so these may have received chats without a place.
        if (lapsed.size === 0)
          for (const seq of later) {
            const version = versionOf(seq);
            expect({ seq, wasIn: isPlaced(version, id) || isPlaced(version - 1, id) }).toEqual({
              seq,
              wasIn: true,
            });
          }
        if (!isIn || joinedAt === undefined) continue;
        // In an ephemeral room, sockets may skip what another process did, but not the chats of their own process.
        const isPassedOver = (seq: number) =>
          ephemeral &&
          skipped.some((end) => seq <= end) &&
          (lapsed.size > 0 || history.log[seq - 1]?.kind !== 'chat');
        const missed = Array.from({ length: room.seq - joinedAt }, (_, index) => joinedAt + 1 + index);
        expect(missed.filter((seq) => !heard.includes(seq) && !isPassedOver(seq))).toEqual([]);
      }
      for (const person of room.people)
        for (const { node: holder, id } of person.sockets)
          if (holder === node.id()) expect(everSockets.find((one) => one.id === id)?.isIn).toBe(true);
      expect(listed.get(_id)).toMatchObject({ count: room.count, owner: room.owner });
    }
  }

  async function dropAll(): Promise<void> {
    const drops = processes.flatMap(({ sockets, forget, rooms }) =>
      [...sockets.keys()].map((id) => {
        forget(id);
        return rooms.drop(_id, id);
      }),
    );
    await Promise.all(drops);
  }

  return {
    async play(steps: readonly Step[], faults: readonly Fault[]): Promise<void> {
      weather.begin(faults);
      for (const step of steps) {
        if (step.name === 'wait') {
          // No request waits for a minute, so all must have been answered before so much time passes.
          if (step.wait === 'until due' || step.wait >= MINUTE) await settle();
          time = step.wait === 'until due' ? Math.max(time, (await stored())?.dueAt ?? 0) : time + step.wait;
        }
        const done = perform(step)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => underWay.delete(done));
        underWay.add(done);
        while (underWay.size >= MAX_UNDER_WAY) await whileLooking(Promise.race(underWay));
        await turns(step.gap);
      }
    },

    /** Ends the faults, lets processes that were declared dead come back, and waits until everything has settled. */
    async rest(): Promise<void> {
      await weather.end();
      await settle();
      for (const { node } of processes) await node.sign();
      await settle();
      // A dead process may still have written late. Free its places again, as each look at the processes does.
      for (const node of lapsed) await takeOut(here, node);
      await settle();
      for (let known = 0; known < history.version;) {
        known = history.version;
        for (const { telling, list } of processes) {
          // A look leaves out a room in which a commit is under way, so look until all is told.
          await whileLooking(telling.reached(_id, known));
          await telling.look();
          await list.look();
        }
        // A look may cause new changes, so settle again.
        await settle();
      }
    },

    async checkAtRest(): Promise<void> {
      const room = await stored();
      if (room === undefined || room.closedAt !== null) return;
      expect(history.version).toBe(room.version);
      for (const store of stores) {
        expect(await store.chats.page(_id, { after: 0 }, 1_000)).toEqual(ephemeral ? [] : history.log);
      }
      const held = processes
        .map(({ node, sockets }) => [...sockets.keys()].map((socket) => `${node.id()} ${socket}`))
        .flat();
      const placed = room.people.flatMap(({ sockets }) => sockets.map(({ node, id }) => `${node} ${id}`));
      // Every place belongs to an open socket. Every open socket has its place, unless its person left or was kicked.
      expect(placed.filter((socket) => !held.includes(socket))).toEqual([]);
      checkHearing(room);
      if (lapsed.size > 0 || made > 8) return;
      const isTaken = (userId: string) =>
        deeds.some(
          ({ name, who, whom }) =>
            (name === 'leave all' && who === userId) || (name === 'kick' && whom === userId),
        );
      for (const { node, sockets } of processes) {
        for (const [socket, { userId }] of sockets)
          if (!isTaken(userId)) expect(placed).toContain(`${node.id()} ${socket}`);
      }
    },

    async end(): Promise<void> {
      const { ownerId = '', people = [] } = (await stored()) ?? {};
      if (ending === 'the owner closes') {
        await act({ name: 'close', who: ownerId }, () => here.rooms.remove(_id, visitor(ownerId)));
      }
      if (ending === 'all leave') {
        for (const { id } of people)
          await act({ name: 'leave all', who: id }, () => there.rooms.leave(_id, visitor(id)));
      }
      await dropAll();
      for (let look = 0; look < 8 && (await stored()) !== undefined; look++) {
        await settle();
        time = Math.max(time, (await stored())?.dueAt ?? 0) + 1_000;
        for (const { sweeper } of processes) {
          await sweeper.sweep();
          await sweeper.rest();
        }
      }
      await settle();
    },

    async checkGone(): Promise<void> {
      history.check(deeds);
      expect(await stored()).toBeUndefined();
      expect(processes.map(({ listed }) => listed.get(_id))).toContain('removed');
      expect(await readdir(uploadsDir)).not.toContain(_id);
      for (const { rooms, chats } of stores) {
        expect(await rooms.existing([_id])).toEqual([]);
        expect(await rooms.due(Infinity, Infinity)).not.toContain(_id);
        expect((await rooms.list(undefined, 100)).map((room) => room._id)).not.toContain(_id);
        expect(await chats.clear(_id, 10)).toBe(0);
      }
    },

    async stop(): Promise<void> {
      await weather.end();
      await Promise.all(processes.map((process) => process.stop()));
      // Remove what a failed run has left, or a sweep of the next run would find it.
      await stores[0].rooms.remove(_id);
    },
  };
}

const visitor = (id: string) => ({ id, address: '127.0.0.1' });

function isStored(answer: unknown): answer is Stored {
  return typeof answer === 'object' && answer !== null && 'seq' in answer;
}

async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return undefined;
  }
}

/** After the storm: everybody catches up, the logs are compared with what people saw, and everybody leaves for good. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isSaid, judge, type Problem } from './judge';
import { gifOf } from './letters';
import type { RoomState, World } from './world';
import type { SentChat } from '../../src/types/events';

/** We stop waiting for people who have not caught up when no log has grown for so long, in ms. */
const PATIENCE = 30_000;
/** We stop waiting in any case after so long, in ms, because broken code may never come to rest. */
const LONGEST = 150_000;
/** The sweeper works once a second, so its effects may be late by so many ms. */
const SLACK = 4_000;

type Logs = Map<RoomState, SentChat[]>;

/** Lets everybody join, send what is unsent and see all chats. Ends early when nothing changes any more. */
export async function calm(world: World): Promise<void> {
  for (const { person } of world.inhabitants) person.wake();
  let [known, since] = [0, performance.now()];
  await until(async () => {
    await Promise.all(world.inhabitants.map(({ person }) => person.come()));
    for (const { person } of world.inhabitants) person.sendAgain();
    const logs = await logsOf(world);
    const now = [...logs.values()].flat().length;
    if (now !== known) [known, since] = [now, performance.now()];
    const isDone = world.inhabitants.every(
      ({ person, room }) =>
        !person.isHere() || (person.isDone() && person.last() === (logs.get(room)?.at(-1)?.seq ?? 0)),
    );
    return isDone || performance.now() > since + PATIENCE;
  }, LONGEST);
}

/** Compares what people know with what is stored. @returns how many chats are stored, and every problem found. */
export async function compare(world: World): Promise<{ stored: number; problems: Problem[] }> {
  // Read what people know first; the logs, read later, must contain at least that.
  const people = world.inhabitants.map(({ person, room }) => ({
    id: person.id(),
    room: room.id,
    sent: structuredClone(person.sent),
    views: structuredClone(person.views),
  }));
  const logs = await logsOf(world);
  const rooms = [...logs].map(([room, log]) => ({ ...room, log }));
  const all = [...logs.values()].flat();
  const removed = world.rooms.filter((room) => !logs.has(room) && !room.mayBeGone);
  return {
    stored: all.filter(isSaid).length,
    problems: [
      ...judge(
        rooms,
        people.filter(({ room }) => rooms.some(({ id }) => id === room)),
      ),
      ...removed.map(({ id }) => wronglyRemoved(id, 'in the storm')),
      ...(await filesMissing(world, all)),
      ...(await filesTooMany(world, all)),
    ],
  };
}

/** Everybody goes: from one room on purpose, from the others by a lost connection. @returns what wrongly remains. */
export async function goAll(world: World): Promise<Problem[]> {
  const { inhabitants, graces, longestHold } = world;
  const problems: Problem[] = [];
  const logs = await logsOf(world);
  const [left, dropped, empty] = [...logs.keys()];

  if (left !== undefined) {
    // People send their last chats at the moment in which the room is closing.
    await Promise.all(
      inOf(left).map(async ({ person }) => {
        await person.do({ what: 'say much', after: 0, away: 0 });
        await person.leave();
      }),
    );
    if ((await world.logOf(left)) !== undefined) problems.push(wronglyKept(left.id, 'all left on purpose'));
    const files = () => filesIn(path.join(world.uploads, left.id));
    await until(async () => (await files()).length === 0, SLACK);
    problems.push(...(await files()).map((name) => orphaned(`${left.id}/${name}: its room is closed`)));
  }

  const goneAt = performance.now();
  for (const { person } of inhabitants) person.close();
  await wait(graces.reconnect / 2);
  if (dropped !== undefined) await comeBack(dropped);
  await wait(Math.max(0, goneAt + graces.reconnect + graces.empty / 2 - performance.now()));
  if (empty !== undefined) await comeBack(empty);
  for (const { person } of inhabitants) person.close();

  await until(async () => (await placesLeft()).length === 0, graces.reconnect + longestHold + SLACK);
  for (const [id, count] of await placesLeft()) {
    for (let n = 0; n < count; n++) problems.push({ what: 'places leaked', where: `room ${id}` });
  }
  await until(async () => (await emptyLeft()).length === 0, graces.empty + SLACK);
  problems.push(...(await emptyLeft()).map(([id]) => wronglyKept(id, 'nobody is there')));
  problems.push(...(await filesLeft(world)).map((name) => orphaned(`${name}: all rooms are closed`)));
  return problems;

  function inOf(room: RoomState) {
    return inhabitants.filter((one) => one.room === room && one.person.isHere());
  }

  /**
   * The people of a room come back. Before its grace has ended, the room must be there with its whole log; before the
   * places have ended, the log must not have grown either, because nobody has left.
   */
  async function comeBack(room: RoomState): Promise<void> {
    const before = logs.get(room) ?? [];
    const comers = inhabitants.filter((one) => one.room === room);
    await Promise.all(comers.map(({ person }) => person.come()));
    await until(async () => comers.some(({ person }) => person.last() !== undefined), SLACK);
    const log = (await world.logOf(room)) ?? [];
    const away = performance.now() - goneAt;
    const isThere = before.every(({ _id }, index) => log[index]?._id === _id);
    const isUnchanged = isThere && log.length === before.length;
    if (away < graces.reconnect ? !isUnchanged : away < graces.reconnect + graces.empty && !isThere)
      problems.push(wronglyRemoved(room.id, `after ${String(away)} ms`));
  }

  async function placesLeft() {
    return [...(await world.counts())].filter(([, count]) => count > 0);
  }

  async function emptyLeft() {
    return [...(await world.counts())].filter(([, count]) => count === 0);
  }
}

async function logsOf(world: World): Promise<Logs> {
  const logs: Logs = new Map();
  for (const room of world.rooms) {
    const log = await world.logOf(room);
    if (log !== undefined) logs.set(room, log);
  }
  return logs;
}

async function until(isSo: () => Promise<boolean>, patience: number): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isSo()) && performance.now() < end) await wait(200);
}

function wronglyRemoved(id: string, when: string): Problem {
  return { what: 'rooms wrongly removed', where: `room ${id}: ${when}` };
}

function wronglyKept(id: string, why: string): Problem {
  return { what: 'rooms wrongly kept', where: `room ${id}: ${why}` };
}

function orphaned(where: string): Problem {
  return { what: 'files orphaned', where };
}

/** Problems of chats whose GIF is missing, or is another one than was sent. */
async function filesMissing(world: World, log: SentChat[]): Promise<Problem[]> {
  const sent = new Map(world.inhabitants.flatMap(({ person }) => [...person.sent]));
  const problems: Problem[] = [];
  for (const chat of log) {
    if (chat.kind !== 'gif' || chat.takenBack === true) continue;
    const response = await world.get(`/gif/${chat.gif}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const { label = '' } = sent.get(chat.nonce) ?? {};
    if (response.status !== 200 || !bytes.equals(gifOf(label)))
      problems.push(orphaned(`${JSON.stringify(chat)} has no file (${String(response.status)})`));
  }
  return problems;
}

/** Problems of files that no chat names. Files from before the last kill do not count: a kill may leave some. */
async function filesTooMany(world: World, log: SentChat[]): Promise<Problem[]> {
  const named = new Set(log.flatMap((chat) => (chat.kind === 'gif' ? [chat.gif] : [])));
  const names = (await filesIn(world.uploads)).filter((name) => !named.has(name));
  const stats = await Promise.all(
    names.map((name) => stat(path.join(world.uploads, name)).catch(() => undefined)),
  );
  return names
    .filter((_, index) => (stats[index]?.mtimeMs ?? 0) > world.startedAt())
    .map((name) => orphaned(`${name}: no chat names it`));
}

/** Files that remain when all rooms are gone and a process has cleaned up the files that nothing names. */
async function filesLeft(world: World): Promise<string[]> {
  const { uploads, servers } = world;
  await Promise.all(servers.map((server) => server.stop()));
  const looking = await world.startLooking();
  await until(async () => (await filesIn(uploads)).length === 0, SLACK);
  await looking.stop();
  return filesIn(uploads);
}

/** All files below a folder; none when the folder is being removed. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

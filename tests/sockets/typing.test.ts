/** Who is typing, as the others in a room hear it. */
import {
  ask,
  createRoom,
  join,
  person,
  startApp,
  until,
  type ChatClient,
  type TestApp,
} from '../support/app';
import type { Joined, Typists } from '../../src/types/events';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

interface Seat {
  socket: ChatClient;
  me: Joined['me'];
  /** What this socket was told of who is typing. */
  told: Typists[];
}

/** So many people in a room of their own. */
async function roomOf(count: number): Promise<{ room: string; seats: [Seat, ...Seat[]] }> {
  const people = await Promise.all(Array.from({ length: count }, () => person(app)));
  const [owner] = people;
  if (owner === undefined) throw new Error('there must be somebody');
  const room = await createRoom(owner, { max: 100 });
  const [first, ...others] = await Promise.all(
    people.map(async (who): Promise<Seat> => {
      const socket = await who.chat();
      const told: Typists[] = [];
      socket.on('typing', (typists) => told.push(typists));
      return { socket, me: (await join(socket, room)).me, told };
    }),
  );
  if (first === undefined) throw new Error('there must be somebody');
  return { room, seats: [first, ...others] };
}

async function type(seat: Seat | undefined, room: string, typing = true): Promise<void> {
  if (seat === undefined) throw new Error('nobody sits there');
  expect(await ask(seat.socket, 'typing', { room, typing })).toEqual({ ok: true });
}

const isTold = ({ told }: Seat, count: number) => until(() => Promise.resolve(told.at(-1)?.count === count));

test('a room is told who is typing, with three people at most and the number of all', async () => {
  const { room, seats } = await roomOf(6);
  const [listener, ...typists] = seats;
  await type(typists[0], room);
  await isTold(listener, 1);
  expect(listener.told.at(-1)).toEqual({ room, people: [typists[0]?.me], count: 1 });
  for (const seat of typists.slice(1)) await type(seat, room);
  await isTold(listener, 5);
  expect(listener.told.at(-1)?.people).toEqual(typists.slice(0, 3).map(({ me }) => me));
});

test('people who stop, say something, leave or are kicked are not told any more', async () => {
  const { room, seats } = await roomOf(5);
  const [owner, stops, says, leaves, kicked] = seats;
  if (!stops || !says || !leaves || !kicked) throw new Error('somebody is missing');
  for (const seat of [stops, says, leaves, kicked]) await type(seat, room);
  await isTold(owner, 4);
  await type(stops, room, false);
  await ask(says.socket, 'chat', { room, chat: '다 썼어요' });
  await ask(leaves.socket, 'leave', room);
  await isTold(owner, 1);
  expect(owner.told.at(-1)?.people).toEqual([kicked.me]);
  await ask(owner.socket, 'kick', { room, userId: kicked.me.id });
  await isTold(owner, 0);
});

test('a person who says nothing more of typing has stopped after some seconds', async () => {
  const { room, seats } = await roomOf(2);
  await type(seats[1], room);
  await isTold(seats[0], 1);
  await isTold(seats[0], 0);
});

test('a storm of typing is told as one packet in half a second', async () => {
  const { room, seats } = await roomOf(40);
  const [listener] = seats;
  const startedAt = performance.now();
  for (let round = 0; round < 5; round += 1) await Promise.all(seats.map((seat) => type(seat, room)));
  await isTold(listener, 40);
  expect(listener.told.length).toBeLessThanOrEqual((performance.now() - startedAt) / 500 + 1);
}, 30_000);

test('a room of more than 50 people is not told', async () => {
  const { room, seats } = await roomOf(51);
  await Promise.all(seats.slice(1).map((seat) => type(seat, room)));
  const [listener, leaves] = seats;
  expect(listener.told).toEqual([]);
  // With 50 people left, it is told, and so would have been those who typed before.
  await ask(leaves?.socket ?? listener.socket, 'leave', room);
  await type(seats[2], room);
  await isTold(listener, 1);
}, 30_000);

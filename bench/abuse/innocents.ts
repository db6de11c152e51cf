/**
 * Innocent people: two who talk in a room of their own and look at the list, and a newcomer who gives the right password of a
 * secret room. They measure how well that works.
 */
import { setTimeout as wait } from 'node:timers/promises';
import {
  ask,
  createRoom,
  heard,
  join,
  person,
  type ChatClient,
  type Person,
  type TestApp,
} from '../../tests/support/app';

/** How often one of them says something, and how often one looks at the list, in ms. */
const SAY_EVERY = 250;
const LOOK_EVERY = 1_000;
/** When the newcomer comes, in ms after the talk has begun. */
const ENTER_AT = 3_000;
const PASSWORD = '비밀';
/** How long a chat may be on its way before it is lost, in ms. */
const PATIENCE = 10_000;

export interface Fate {
  /** How long each chat took from one to the other, in ms. */
  chats: number[];
  /** How long each look at the list took, in ms. */
  pages: number[];
  /** How many chats, looks and newcomers were refused. */
  refused: number;
  /** How many chats did not arrive. */
  lost: number;
}

export interface Innocents {
  /** Lets them talk for so many ms. Resolves when the last chat has arrived or is lost. */
  talk(ms: number): Promise<Fate>;
}

/** Creates both rooms, and lets two people join the open one. */
export async function innocents(app: Pick<TestApp, 'url' | 'sockets'>): Promise<Innocents> {
  const people: [Person, Person] = [await person(app), await person(app)];
  const room = await createRoom(people[0]);
  const secret = await createRoom(people[0], { password: PASSWORD });
  const sockets: [ChatClient, ChatClient] = [await people[0].chat(), await people[1].chat()];
  for (const socket of sockets) {
    await join(socket, room);
    // Our page joins again, too, when its connection was lost.
    socket.on('connect', () => void join(socket, room).catch(() => undefined));
  }
  let said = 0;

  async function say(fate: Fate): Promise<void> {
    const [from, to] = said % 2 === 0 ? sockets : [sockets[1], sockets[0]];
    const chat = `${String((said += 1))}번째 말`;
    const startedAt = performance.now();
    const hearing = heard(to, 'chats', (chats) =>
      chats.some((one) => one.kind === 'chat' && 'chat' in one && one.chat === chat),
    ).then(() => performance.now() - startedAt);
    const answer = await ask(from, 'chat', { room, chat }).catch(() => ({ ok: false }));
    if (!answer.ok) fate.refused += 1;
    const took = await Promise.race([hearing, wait(PATIENCE, undefined, { ref: false })]);
    if (took === undefined) fate.lost += 1;
    else fate.chats.push(took);
  }

  async function look(fate: Fate): Promise<void> {
    const startedAt = performance.now();
    const page = await people[0].http.get('/').catch(() => undefined);
    if (page?.status === 200) fate.pages.push(performance.now() - startedAt);
    else fate.refused += 1;
  }

  async function enter(fate: Fate): Promise<void> {
    const answer = await person(app).then(
      ({ http }) => http.post(`/room/${secret}/enter`).type('form').send({ password: PASSWORD }),
      () => undefined,
    );
    if (answer?.status !== 303) fate.refused += 1;
  }

  return {
    async talk(ms) {
      const fate: Fate = { chats: [], pages: [], refused: 0, lost: 0 };
      const doing: Promise<void>[] = [];
      for (let at = 0; at < ms; at += SAY_EVERY) {
        doing.push(say(fate));
        if (at === ENTER_AT) doing.push(enter(fate));
        if (at % LOOK_EVERY === 0) doing.push(look(fate));
        await wait(SAY_EVERY);
      }
      await Promise.all(doing);
      return fate;
    },
  };
}

/**
 * Two people who talk in a room of their own and look at the list, a newcomer who gives the right password of a secret room,
 * and how they fare.
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

/** One of them says something so often, and one looks at the list so often, in ms. */
const SAY_EVERY = 250;
const LOOK_EVERY = 1_000;
/** When the newcomer comes, in ms. */
const ENTER_AT = 3_000;
const PASSWORD = '비밀';
/** How long a chat may be on its way before it is lost, in ms. */
const PATIENCE = 10_000;

export interface Fate {
  /** How long each chat took from one to the other, and the list to its reader, in ms. */
  chats: number[];
  pages: number[];
  refused: number;
  lost: number;
}

export interface Innocents {
  /** They talk for so many ms. Resolves when the last chat is heard or lost. */
  talk(ms: number): Promise<Fate>;
}

export async function innocents(app: Pick<TestApp, 'url' | 'sockets'>): Promise<Innocents> {
  const people: [Person, Person] = [await person(app), await person(app)];
  const room = await createRoom(people[0]);
  const secret = await createRoom(people[0], { password: PASSWORD });
  const sockets: [ChatClient, ChatClient] = [await people[0].chat(), await people[1].chat()];
  for (const socket of sockets) {
    await join(socket, room);
    // As the page does when its connection was lost.
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

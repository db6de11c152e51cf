/** Rooms, the people in them, and a secret: so that inputs reach states that noise never gets to. */
import type { Judge } from './judge';
import { createResident, type Resident } from './resident';
import { PANE, PEOPLE } from './words';
import { ask } from '../support/app';
import { bytes, image, screen, trailer } from '../support/gif';
import type { SentChat } from '../../src/types/events';

const NAMESPACES = ['/room', '/', '/lab/chat', PANE];
const TRANSPORTS = [['websocket'], ['polling'], ['polling', 'websocket']];
const PASSWORD = 'canarypassword';
/** Its colors are a secret, so that the file holds it whatever the server makes of it. */
const SECRET_GIF = bytes(screen({ colors: [...Buffer.from('canaryinagif')] }), image(), trailer);
const OPEN_GIF = bytes(screen(), image(), trailer);

export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld(url: string, judge: Judge) {
  /** What the words of inputs stand for at present. */
  const words = new Map<string, string>();
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, (_, number) =>
      createResident(url, NAMESPACES, TRANSPORTS[number] ?? ['websocket'], (data) =>
        judge.received(undefined, data),
      ),
    ),
  );
  const keepers = [
    await createResident(url, [], ['websocket'], ignore),
    await createResident(url, [], ['websocket'], ignore),
  ] as const;
  const stayers = await Promise.all([0, 1, 2].map(() => createResident(url, [], ['websocket'], ignore)));
  await keepSecret();

  /** Two keepers in a secret room, who say, draw and are called what no stranger may learn. */
  async function keepSecret(): Promise<void> {
    const [one, other] = keepers;
    const room = await one.create({ title: '비밀', password: PASSWORD });
    await other.post(`/room/${room}/enter`, { password: PASSWORD });
    await other.enter(room);
    words.set('secret', room).set('keeper', await one.enter(room));
    await must(ask(other.chat, 'rename', { room, name: 'canaryname' }));
    await one.post(`/room/${room}/gif`, formOf(SECRET_GIF));
    await speakSecretly();
    const gif = await gifIn(one, room);
    words.set('secretgif', gif);
    judge.keepSecret(gif);
    // Otherwise nothing could leak, and nobody would see why.
    for (const path of [`/room/${room}`, `/gif/${room}/${gif}`]) {
      const answer = await fetch(url + path, { headers: { cookie: one.cookie } });
      if (!(await answer.text()).includes('canary')) throw new Error(`no secret is at ${path}`);
    }
  }

  async function speakSecretly(): Promise<void> {
    const [room, to] = [words.get('secret'), words.get('keeper')];
    await must(ask(keepers[0].chat, 'chat', { room, chat: 'canarychat' }));
    await must(ask(keepers[1].chat, 'whisper', { room, to, chat: 'canarywhisper' }));
    await must(ask(keepers[1].chat, 'typing', { room, typing: true }));
  }

  /**
   * The rooms of before are full of barred people and of rubbish: makes new ones, and everybody enters one. Meanwhile no
   * inputs may be under way, since they would end a room before all are in it.
   */
  async function renew(): Promise<void> {
    const [first, second, third, fourth, fifth, sixth] = people;
    if (!first || !second || !third || !fourth || !fifth || !sixth) throw new Error('too few people');
    const old = words.get('open');
    if (old !== undefined) {
      const answer = await fetch(`${url}/room/${old}`, {
        method: 'DELETE',
        headers: { cookie: first.cookie },
      });
      await answer.arrayBuffer();
      words.set('gone', old);
    }
    const [open, quick, locked, small] = await Promise.all([
      first.create({ title: '열린 방' }),
      fourth.create({ title: '빠른 방', ephemeral: true }),
      sixth.create({ title: '잠긴 방', password: 'password' }),
      fifth.create({ title: '작은 방', max: 2 }),
    ]);
    // Otherwise a room would be gone when its only person enters another.
    await stayers[2]?.post(`/room/${locked}/enter`, { password: 'password' });
    await Promise.all(stayers.map((stayer, number) => stayer.enter([open, quick, locked][number] ?? open)));
    const seated = [open, open, open, quick, small, locked];
    await Promise.all(
      people.map(async (person, number) => {
        const room = seated[number] ?? open;
        words.set(`user${String(number)}`, await person.enter(room)).set(`here${String(number)}`, room);
        words.set(`cookie${String(number)}`, person.cookie);
      }),
    );
    await first.post(`/room/${open}/gif`, formOf(OPEN_GIF));
    words.set('open', open).set('quick', quick).set('locked', locked).set('small', small);
    words.set('gif', await gifIn(first, open)).set('socket', second.socket(PANE)?.id ?? '');
    // A comparison has one of its person's few seats in the lab.
    await fetch(`${url}/lab/compare/runs/${words.get('run') ?? ''}`, { method: 'DELETE' });
    const run: unknown = JSON.parse((await third.post('/lab/compare/runs', {})).text);
    words.set('run', String(Object(run).id));
    const polling = await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text();
    words.set('sid', /"sid":"([^"]+)"/.exec(polling)?.[1] ?? '');
    await speakSecretly();
  }

  async function gifIn({ cookie }: Resident, room: string): Promise<string> {
    const answer = await fetch(`${url}/room/${room}/chats`, { headers: { cookie } });
    const { chats }: { chats: SentChat[] } = JSON.parse(await answer.text());
    return chats.flatMap((chat) => ('gif' in chat ? [chat.gif.split('/')[1] ?? ''] : []))[0] ?? '';
  }

  return {
    people,
    renew,
    /** The room that was made last, of which an answer told. */
    noteRoom: (id: string) => void words.set('new', id),
    /** Puts the present meaning in place of each word, wherever it stands. */
    resolve(text: string, person = 0): string {
      return text.replace(
        /<(\w+)>/g,
        (word, name: string) => words.get(name === 'here' ? `here${String(person)}` : name) ?? word,
      );
    },
    /** This person has entered this room. */
    noteHere: (person: number, room: string) => void words.set(`here${String(person)}`, room),
    /** Nobody is connected but the keepers. */
    leave(): void {
      for (const person of people) person.leave();
    },
    async comeBack(): Promise<void> {
      await Promise.all(people.map((person) => person.comeBack()));
    },
    close(): void {
      for (const person of [...people, ...stayers, ...keepers]) person.leave();
    },
  };
}

function formOf(gif: Buffer): FormData {
  const form = new FormData();
  form.append('gif', new Blob([Uint8Array.from(gif)]), 'a.gif');
  return form;
}

async function must(asked: ReturnType<typeof ask>): Promise<void> {
  const answer = await asked;
  if (!answer.ok) throw new Error(answer.code);
}

function ignore(): void {
  // Keepers may hear everything.
}

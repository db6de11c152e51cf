/**
 * Everything that a person sends is stored once and in the order of its kind, or the person is told why not. These tests use
 * the page's own outbox and the whole program.
 */
import { openPage, type Box, type Letter, type Page } from './page';
import { createRoom, insist, join, person, startApp, until, type Person, type TestApp } from '../support/app';
import { gif } from '../support/gif';
import { openProxy, type Proxy } from '../support/proxy';

const GIF = new Blob([new Uint8Array(gif())], { type: 'image/gif' });

let app: TestApp;
let proxy: Proxy;
let ana: Person;
let room: string;
const pages: Page[] = [];

beforeAll(async () => {
  app = await startApp();
  proxy = await openProxy('127.0.0.1', Number(new URL(app.url).port));
});

beforeEach(async () => {
  ana = await person(app);
  room = await createRoom(ana);
});

afterEach(() => {
  proxy.heal();
  for (const page of pages.splice(0)) page.close();
});

afterAll(async () => {
  await proxy.close();
  await app.stop();
});

describe('what is sent', () => {
  it('goes one after another in the order of sending, texts among texts and GIFs among GIFs', async () => {
    const page = await open();
    const [first, second] = [GIF, new Blob([new Uint8Array(gif({ frames: 3 }))])];
    page.outbox.send({ chat: '하나' });
    page.outbox.send({ gif: first });
    page.outbox.send({ chat: '둘' });
    page.outbox.send({ gif: second });
    page.outbox.send({ chat: '셋' });
    await emptied(page);
    expect(await texts()).toEqual(['하나', '둘', '셋']);
    const isSent = ({ what }: { what: string }) => what === 'sent';
    const gifs = page.states().filter((state) => isSent(state) && state.said.startsWith('a GIF'));
    expect(gifs.map((state) => state.said)).toEqual(
      [first, second].map(({ size }) => `a GIF of ${String(size)} bytes`),
    );
    expect(page.states().filter(isSent)).toHaveLength(5);
    expect(page.box.size).toBe(0);
  });

  it('does not wait behind a GIF, which takes its place when it is there', async () => {
    const gate = openLater();
    const page = await open({ uploadAfter: gate.opened });
    page.outbox.send({ gif: GIF });
    page.outbox.send({ chat: '먼저' });
    page.outbox.send({ chat: '그다음' });
    await page.until(() => page.states().filter(({ what }) => what === 'sent').length === 2);
    expect(await said()).toEqual(['먼저', '그다음']);
    gate.open();
    await emptied(page);
    expect(await said()).toEqual(['먼저', '그다음', 'GIF']);
  });

  it('waits for the connection, and is sent when it comes', async () => {
    proxy.cut();
    const page = await open();
    page.outbox.send({ chat: '터널' });
    page.outbox.send({ gif: GIF });
    await page.until(() => page.offlines() > 0);
    expect([...page.box.values()].map(({ kind }) => kind)).toEqual(['chat', 'gif']);
    expect(await said()).toEqual([]);
    proxy.heal();
    await emptied(page);
    expect((await said()).sort()).toEqual(['GIF', '터널']);
  });

  it('is there once when only its answer was lost', async () => {
    const page = await open({ transports: ['polling'] });
    await page.until(() => page.joins() === 1);
    proxy.loseAnswerTo('잃은 대답');
    page.outbox.send({ chat: '잃은 대답' });
    page.outbox.send({ chat: '다음' });
    await emptied(page);
    expect(page.offlines()).toBeGreaterThan(0);
    proxy.loseAnswerTo('GIF89a');
    page.outbox.send({ gif: GIF });
    await emptied(page);
    expect(await said()).toEqual(['잃은 대답', '다음', 'GIF']);
    expect(page.states().filter(({ what }) => what === 'sent')).toHaveLength(3);
  });

  it('is stored when the connection died unnoticed', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    proxy.freeze();
    page.outbox.send({ chat: '얼음' });
    page.connection.wake();
    await page.until(() => page.offlines() > 0);
    proxy.heal();
    await emptied(page);
    expect(await said()).toEqual(['얼음']);
  });

  it('is given back when it is refused for good, and what follows goes on', async () => {
    const page = await open();
    page.outbox.send({ chat: '길'.repeat(2_001) });
    page.outbox.send({ gif: new Blob(['GIF89a and no more']) });
    page.outbox.send({ chat: '이건 된다' });
    await emptied(page);
    expect(await said()).toEqual(['이건 된다']);
    const isFailed = ({ what }: { what: string }) => what === 'failed';
    await page.until(() => page.states().filter(isFailed).length === 2);
    for (const words of ['길'.repeat(2_001), 'a GIF of 18 bytes'])
      expect(page.states()).toContainEqual({ said: words, what: 'failed', canRetry: false });
    for (const nonce of [...page.box.keys()]) page.outbox.discard(nonce);
    expect(page.box.size).toBe(0);
  });

  it('takes its place again when it is gone', async () => {
    // Somebody stays, so that the room is not closed when she leaves.
    await join(await (await person(app)).chat(), room);
    const page = await open();
    await page.until(() => page.joins() === 1);
    page.connection.socket.emit('leave', room);
    page.outbox.send({ chat: '다시' });
    await emptied(page);
    expect(await said()).toEqual(['다시']);
  });
});

describe('an upload that does not get through', () => {
  it('may be started again at once when it does not move, and is there once', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    proxy.freeze();
    page.outbox.send({ gif: GIF });
    await page.until(() => page.states().at(-1)?.what === 'waiting');
    expect(page.states().map(({ what }) => what)).toEqual(['pending', 'uploading', 'waiting']);
    proxy.heal();
    page.outbox.retry(page.nonceOf(`a GIF of ${String(GIF.size)} bytes`));
    await emptied(page);
    expect(await said()).toEqual(['GIF']);
  });

  it('says so at once when the network is gone, and goes on by itself when it is back', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    proxy.cut();
    await page.until(() => page.offlines() > 0);
    page.outbox.send({ gif: GIF });
    expect(page.states().map(({ what }) => what)).toEqual(['pending', 'waiting']);
    proxy.heal();
    await emptied(page);
    expect(await said()).toEqual(['GIF']);
  });

  it('says so after the first try, is sent at once when told to, and may be cancelled', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    proxy.loseRequest('GIF89a');
    page.outbox.send({ gif: GIF });
    await page.until(() => page.states().at(-1)?.what === 'waiting');
    const nonce = page.nonceOf(`a GIF of ${String(GIF.size)} bytes`);
    proxy.loseRequest('GIF89a');
    page.outbox.retry(nonce);
    expect(page.states().at(-1)?.what).toBe('uploading');
    await page.until(() => page.states().at(-1)?.what === 'waiting');
    page.outbox.discard(nonce);
    expect(page.outbox.isEmpty()).toBe(true);
    expect(page.box.size).toBe(0);
  });

  it('is interrupted and goes on at the next connection', async () => {
    const gate = openLater();
    const page = await open({ uploadAfter: gate.opened });
    page.outbox.send({ gif: GIF });
    await page.until(() => page.states().at(-1)?.what === 'uploading');
    page.connection.fallSilent();
    page.outbox.interrupt();
    gate.open();
    page.connection.speakAgain();
    await emptied(page);
    expect(await said()).toEqual(['GIF']);
  });
});

describe('a page that is opened again', () => {
  it('sends first, and in order, what the page before it did not send', async () => {
    const first = await leftBehind('하나', GIF, '둘');
    expect(first.size).toBe(3);
    const second = await open({ box: first });
    await second.outbox.restore();
    second.outbox.send({ chat: '셋' });
    await emptied(second);
    expect(await texts()).toEqual(['하나', '둘', '셋']);
    expect((await said()).filter((one) => one === 'GIF')).toHaveLength(1);
    expect(first.size).toBe(0);
  });

  it('sends nothing that the room has already', async () => {
    const box = await leftBehind('이미 있다');
    const [letter] = box.values();
    const socket = await ana.chat();
    await join(socket, room);
    const { seq } = await insist(socket, room, '이미 있다');
    if (letter) box.set(letter.nonce, { ...letter, nonce: '이미 있다' });
    const page = await open({ box, after: seq });
    await page.outbox.restore();
    page.outbox.hear([{ userId: page.id, nonce: '이미 있다', seq }]);
    expect(page.outbox.isEmpty()).toBe(true);
    expect(page.states().map(({ what }) => what)).toEqual(['pending', 'sent']);
    page.outbox.send({ chat: '새로' });
    await emptied(page);
    expect(await said()).toEqual(['이미 있다', '새로']);
  });

  it.each([
    ['long ago', -11 * 60_000],
    ['in a time that the clock has not reached', 11 * 60_000],
  ])('asks about what was written %s, and sends it when told to', async (_, away) => {
    const box = await leftBehind('그때 그 말');
    for (const letter of box.values()) letter.at += away;
    const page = await open({ box });
    await page.outbox.restore();
    page.outbox.send({ chat: '지금' });
    await emptied(page);
    expect(await said()).toEqual(['지금']);
    expect(page.states()).toContainEqual({ said: '그때 그 말', what: 'failed', canRetry: true });
    page.outbox.retry(page.nonceOf('그때 그 말'));
    await emptied(page);
    expect(await said()).toEqual(['지금', '그때 그 말']);
  });

  it('shows failed letters again, until they are sent again', async () => {
    const box = await leftBehind('나가며');
    for (const letter of box.values()) letter.failed = { what: 'failed', why: '이유', canRetry: true };
    const page = await open({ box });
    await page.outbox.restore();
    expect(page.states()).toEqual([{ said: '나가며', what: 'failed', canRetry: true }]);
    page.outbox.retry(page.nonceOf('나가며'));
    await emptied(page);
    expect(await said()).toEqual(['나가며']);
    expect(box.size).toBe(0);
  });

  it('sends nothing in the name of somebody else, and nothing of another room', async () => {
    const box = await leftBehind('남의 말', '다른 방');
    const [foreign, elsewhere] = box.values();
    if (foreign) foreign.userId = 'somebody else';
    if (elsewhere) elsewhere.room = 'f'.repeat(24);
    const page = await open({ box });
    await page.outbox.restore();
    page.outbox.send({ chat: '내 말' });
    await emptied(page);
    expect(await said()).toEqual(['내 말']);
    expect([...box.values()]).toEqual([elsewhere]);
  });

  it('keeps nothing of a room that has ended', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    proxy.freeze();
    page.outbox.send({ chat: '늦은 말' });
    page.outbox.close('방이 닫혔습니다.', 'drop');
    expect(page.box.size).toBe(0);
    expect(page.states().at(-1)).toEqual({ said: '늦은 말', what: 'failed', canRetry: false });
  });

  it('says only of letters that it keeps that they are sent later', async () => {
    const later = '다시 들어가면 보냅니다.';
    const [keeping, forgetting] = [await open(), await open({ box: null })];
    await keeping.until(() => keeping.joins() === 1);
    keeping.outbox.send({ chat: '길'.repeat(2_001) });
    await keeping.until(() => keeping.reasons().length === 1);
    const [refusal] = keeping.reasons();
    proxy.cut();
    for (const page of [keeping, forgetting]) {
      await page.until(() => page.offlines() > 0);
      page.outbox.send({ chat: '터널' });
    }
    await until(async () => !keeping.outbox.isAtRisk());
    for (const page of [keeping, forgetting]) page.outbox.close(later, 'keep');
    expect(keeping.reasons()).toEqual([refusal, later, refusal]);
    expect(forgetting.reasons()).toEqual(['보내지 못했습니다.']);
  });

  it('takes nothing more when it has ended', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    page.outbox.close('방이 닫혔습니다.', 'drop');
    page.outbox.send({ chat: '늦은 말' });
    page.outbox.send({ gif: GIF });
    expect(page.states()).toEqual([]);
    expect(page.outbox.isEmpty()).toBe(true);
    expect(page.box.size).toBe(0);
  });

  it('asks before it sends the letters of a person who left on purpose', async () => {
    const page = await open();
    await page.until(() => page.joins() === 1);
    proxy.freeze();
    page.outbox.send({ chat: '가면서' });
    page.outbox.close('보내지 못했습니다.', 'ask');
    proxy.heal();
    const next = await open({ box: page.box });
    await next.outbox.restore();
    expect(next.states()).toEqual([{ said: '가면서', what: 'failed', canRetry: true }]);
  });
});

describe('a clock that jumps', () => {
  it('neither holds back nor reorders what is written', async () => {
    const page = await open();
    const { now } = Date;
    try {
      for (const [index, hours] of [0, 1, -1, 0].entries()) {
        Date.now = () => now() + hours * 3_600_000;
        page.outbox.send({ chat: `말 ${String(index)}` });
        await emptied(page);
      }
    } finally {
      Date.now = now;
    }
    expect(await said()).toEqual(['말 0', '말 1', '말 2', '말 3']);
  });
});

interface More {
  box?: Box | null;
  after?: number;
  transports?: string[];
  uploadAfter?: Promise<void>;
}

async function open(more: More = {}): Promise<Page> {
  const page = await openPage(ana, { url: `http://127.0.0.1:${String(proxy.port)}`, room, ...more });
  pages.push(page);
  return page;
}

/** The box of a page that was closed while the server could not be reached. */
async function leftBehind(...all: (string | Blob)[]): Promise<Box> {
  proxy.cut();
  const page = await open();
  for (const one of all) page.outbox.send(typeof one === 'string' ? { chat: one } : { gif: one });
  page.close();
  proxy.heal();
  return new Map<string, Letter>(page.box);
}

function emptied(page: Page): Promise<void> {
  return page.until(() => page.outbox.isEmpty());
}

/** A promise, and the function that resolves it. */
function openLater() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** The texts that people said in the room, in the order of its log. */
async function texts(): Promise<string[]> {
  return (await said()).filter((one) => one !== 'GIF');
}

/** The texts and GIFs that people said in the room, in the order of its log. */
async function said(): Promise<string[]> {
  const { chats } = (await ana.http.get(`/room/${room}/chats`).expect(200)).body as {
    chats: { kind: string; chat: string }[];
  };
  return chats.flatMap(({ kind, chat }) => (kind === 'gif' ? ['GIF'] : kind === 'chat' ? [chat] : []));
}

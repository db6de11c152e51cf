/** What people do with the pages, in real browsers against the built server. */
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ballGif } from './support/gif';
import { gone, newPerson, openBrowser, picture, seen, type Person } from './support/people';
import { startServer, type Server } from './support/server';

const GIF = { name: '공놀이.gif', mimeType: 'image/gif', buffer: ballGif() };

let server: Server;
let browser: Browser;
let people: Person[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});

afterEach(async () => {
  const problems = people.flatMap((person) => person.problems());
  await Promise.all(people.map((person) => person.leave()));
  people = [];
  expect(problems).toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

describe('a room', () => {
  it('comes up in the list of others at once, fills, and goes when the last one leaves', async () => {
    const [ana, ben] = [await someone(), await someone()];
    await ben.page.goto('/');
    const title = newTitle('노드 스터디방');
    await create(ana.page, { title, max: 2 });

    const row = ben.page.locator('#rooms tbody tr', { hasText: title });
    await seen(row.getByText('1 / 2'));
    await seen(row.getByText('공개방'));
    await row.getByRole('link').click();
    await seen(ben.page.locator('#people-list li').nth(1));

    const cleo = await someone();
    await cleo.page.goto('/');
    await seen(cleo.page.locator('tr[data-full]', { hasText: title }));
    await cleo.page.locator('tr', { hasText: title }).getByRole('link').click();
    await seen(cleo.page.locator('.error-message', { hasText: '허용 인원이 초과하였습니다.' }));
    expect(cleo.page.url()).not.toContain('error');

    await ben.page.locator('#exit-btn').click();
    await ben.page.waitForURL('**/');
    await seen(ana.page.locator('.system', { hasText: '님이 퇴장하셨습니다.' }));
    await ana.page.locator('#exit-btn').click();
    await gone(cleo.page.locator('tr', { hasText: title }));
  });

  it('is deleted by its owner, and says so to who is in it', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    expect(await ben.page.locator('#remove-room').isVisible()).toBe(false);
    await ana.page.locator('#remove-room').click();
    await ana.page.locator('#confirm-yes').click();
    await seen(ben.page.getByText('방이 닫혔습니다.'));
    await ana.page.waitForURL('**/');
    expect(await ben.page.locator('#chat-form').isVisible()).toBe(false);
    await picture(ben.page, 'closed');
  });

  it('is not made twice by a double click', async () => {
    const ana = await someone();
    const title = newTitle('한 번만');
    await ana.page.goto('/room');
    await ana.page.locator('#title').fill(title);
    await ana.page.getByRole('button', { name: '생성' }).dblclick();
    await ana.page.waitForURL(/\/room\/[0-9a-f]{24}$/);
    await ana.page.goto('/');
    expect(await ana.page.locator('tr', { hasText: title }).count()).toBe(1);
  });

  it('shows the form again, filled in, with what is wrong', async () => {
    const ana = await someone({ javaScriptEnabled: false });
    ana.tolerate(/400/);
    await ana.page.goto('/room');
    await ana.page.locator('form').evaluate((form) => form.setAttribute('novalidate', ''));
    await ana.page.locator('#title').fill('제목');
    await ana.page.locator('#max').fill('1');
    await ana.page.getByRole('button', { name: '생성' }).click();
    await seen(ana.page.getByText('수용 인원은 2명에서 500명까지의 정수입니다.'));
    expect(await ana.page.locator('#title').inputValue()).toBe('제목');
    expect(await ana.page.locator('#max').getAttribute('aria-invalid')).toBe('true');
    await picture(ana.page, 'create-error');
  });
});

describe('a secret room', () => {
  it('asks for its password, again when it is wrong, and lets in who knows it', async () => {
    const [ana, ben] = [await someone(), await someone({ viewport: { width: 390, height: 844 } })];
    ben.tolerate(/401/);
    const title = newTitle('비밀 이야기');
    await create(ana.page, { title, password: 'a&b #c+d' });

    await ben.page.goto('/');
    await ben.page.locator('tr[data-secret]', { hasText: title }).getByRole('link').click();
    await picture(ben.page, 'password');
    await ben.page.locator('#password').fill('아닌데');
    await ben.page.keyboard.press('Enter');
    await seen(ben.page.getByText('비밀번호가 틀렸습니다.'));
    expect(await ben.page.locator('#password').evaluate((field) => field === document.activeElement)).toBe(
      true,
    );
    await picture(ben.page, 'password-wrong');
    await ben.page.locator('#password').fill('a&b #c+d');
    await ben.page.keyboard.press('Enter');
    await seen(ana.page.locator('#people-list li').nth(1));
    await say(ben.page, '들어왔어요');
    await seen(ana.page.locator('.other', { hasText: '들어왔어요' }));
  });

  it('takes the password of a link out of the address bar', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page, { password: 'secret' });
    await ben.page.goto('/room');
    await enter(ben.page, `${url}?password=secret`);
    expect(ben.page.url()).toBe(url);
  });
});

describe('a conversation', () => {
  it('goes both ways, with GIFs, and a reload is no exit', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page, { title: newTitle('노드 스터디방') });
    await enter(ben.page, url);
    await say(ana.page, '반갑습니다~!');
    await seen(ben.page.locator('.other', { hasText: '반갑습니다~!' }));
    await say(ben.page, '저도요');
    await seen(ana.page.locator('.other', { hasText: '저도요' }));

    // The same file twice in a row.
    for (const count of [1, 2]) {
      await ben.page.locator('#gif').setInputFiles(GIF);
      await seen(ana.page.locator('.other [data-gif]').nth(count - 1));
      await ben.page
        .locator(`.mine[data-seq] [data-gif]`)
        .nth(count - 1)
        .waitFor();
    }
    await ana.page.waitForFunction(
      () => document.querySelector<HTMLImageElement>('.other img')?.naturalWidth === 240,
    );

    await ben.page.reload();
    await seen(ben.page.locator('.mine', { hasText: '저도요' }));
    await say(ben.page, '다시 왔어요');
    await seen(ana.page.locator('.other', { hasText: '다시 왔어요' }));
    expect(await ana.page.locator('.system', { hasText: '퇴장' }).count()).toBe(0);
    expect(await ben.page.locator('[data-gif]').count()).toBe(2);
    expect(await texts(ben.page)).toEqual(await texts(ana.page));
  });

  it('shows what is written as text, whatever it looks like', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>{{ 7*7 }}';
    const url = await create(ana.page, { title: evil.slice(0, 90) });
    await enter(ben.page, url);
    await say(ana.page, evil);
    await seen(ben.page.getByText(evil));
    await ben.page.reload();
    await seen(ben.page.getByText(evil));
    expect(await ben.page.locator('#chat-list img').count()).toBe(0);
  });

  it('gives a GIF a button that stops it, and stops it from the start for who wants little motion', async () => {
    const [ana, ben] = [
      await someone({ reducedMotion: 'no-preference' }),
      await someone({ reducedMotion: 'reduce' }),
    ];
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ana.page.locator('#gif').setInputFiles(GIF);
    await seen(ben.page.locator('[data-gif][data-still] canvas'));
    await ben.page.getByRole('button', { name: 'GIF 움직이기' }).click();
    await gone(ben.page.locator('[data-gif] canvas'));
    await ana.page.getByRole('button', { name: 'GIF 멈추기' }).click();
    await seen(ana.page.locator('[data-gif][data-still] canvas'));
  });

  it('says why a file is not taken', async () => {
    const ana = await someone();
    ana.tolerate(/415/);
    await create(ana.page);
    await ana.page.locator('#gif').setInputFiles({ ...GIF, buffer: Buffer.from('not a picture') });
    await seen(ana.page.locator('#composer-error', { hasText: 'GIF 파일이 아닙니다.' }));
    // It looks like one from the outside.
    await ana.page.locator('#gif').setInputFiles({ ...GIF, buffer: GIF.buffer.subarray(0, 2_000) });
    const failed = ana.page.locator('.is-failed', { hasText: 'GIF 파일이 아닙니다.' });
    await seen(failed);
    await picture(ana.page, 'gif-refused');
    await failed.getByRole('button', { name: '지우기' }).click();
    await gone(failed);
  });

  it('takes a GIF that is dropped or pasted', async () => {
    const ana = await someone();
    await create(ana.page);
    for (const [index, kind] of ['drop', 'paste'].entries()) {
      await ana.page.evaluate(
        ([type, base64]) => {
          const transfer = new DataTransfer();
          const bytes = Uint8Array.from(atob(base64 ?? ''), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([bytes], 'ball.gif', { type: 'image/gif' }));
          const carried = type === 'drop' ? { dataTransfer: transfer } : { clipboardData: transfer };
          const event =
            type === 'drop' ? new DragEvent('drop', carried) : new ClipboardEvent('paste', carried);
          document.dispatchEvent(event);
        },
        [kind, GIF.buffer.toString('base64')],
      );
      await ana.page.locator('.mine[data-seq="' + String(index + 2) + '"] [data-gif]').waitFor();
    }
  });

  it('sends what the Korean IME composes once, whole, with one Enter', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    const ime = await ana.page.context().newCDPSession(ana.page);
    await ana.page.locator('#chat').focus();
    await ime.send('Input.imeSetComposition', { text: '한글', selectionStart: 2, selectionEnd: 2 });
    // The keydown of an Enter while composing, then the IME's commit, as Chrome tells of them.
    const enterKey = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 };
    await ime.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enterKey });
    await ime.send('Input.insertText', { text: '한글' });
    await ime.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enterKey });
    await seen(ben.page.locator('.other', { hasText: '한글' }));

    // Where Enter chooses a candidate, it sends nothing.
    await ime.send('Input.imeSetComposition', { text: '日本', selectionStart: 2, selectionEnd: 2 });
    await ime.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enterKey });
    await ime.send('Input.insertText', { text: '日本' });
    await ime.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enterKey });
    await say(ana.page, '끝');
    await seen(ben.page.locator('.other', { hasText: '끝' }));
    expect(await texts(ben.page)).toEqual(['한글', '끝']);
  });

  it('lets one read on further up while others write, and brings older chats by scrolling', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await postMany(ana.page, url, 120);
    await enter(ben.page, url);
    expect((await texts(ben.page)).at(-1)).toBe('말 120');

    await ben.page.locator('#scroller').evaluate(scrollToTheBeginning);
    expect(await texts(ben.page)).toEqual(Array.from({ length: 120 }, (_, n) => `말 ${String(n + 1)}`));

    const middle = ben.page.locator('.other', { hasText: '말 60' });
    await middle.evaluate((row) => row.scrollIntoView({ block: 'center' }));
    const before = await middle.boundingBox();
    await say(ana.page, '새 소식');
    await seen(ben.page.getByRole('button', { name: '새 메시지 1개' }));
    expect((await middle.boundingBox())?.y).toBeCloseTo(before?.y ?? NaN, 0);
    await ben.page.getByRole('button', { name: '새 메시지 1개' }).click();
    await gone(ben.page.locator('#to-newest'));
    await seen(ben.page.getByText('새 소식'));
  });

  it('is passed on and kept nowhere in a room that stores nothing', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page, { ephemeral: true });
    await enter(ben.page, url);
    await say(ana.page, '바람에 쓴 말');
    await seen(ben.page.locator('.other', { hasText: '바람에 쓴 말' }));
    expect(await ben.page.locator('#gif').count()).toBe(0);
    await ben.page.reload();
    await say(ben.page, '다시');
    await seen(ana.page.locator('.other', { hasText: '다시' }));
    expect(await texts(ben.page)).toEqual(['다시']);
  });
});

describe('people', () => {
  it('whisper to one another, hand the room over, and put somebody out for good', async () => {
    const [ana, ben, cleo] = [await someone(), await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    await enter(cleo.page, url);
    const benName = await nameOf(ben.page);
    const cleoName = await nameOf(cleo.page);

    await menu(ana.page, benName, '귓속말');
    await ana.page.locator('#chat').fill('우리끼리');
    await ana.page.keyboard.press('Enter');
    await seen(ben.page.locator('.whisper.other', { hasText: '우리끼리' }));
    await seen(ana.page.locator('.whisper.mine', { hasText: '우리끼리' }));
    await picture(ana.page, 'whisper');
    await ana.page.keyboard.press('Escape');
    await say(ana.page, '모두에게');
    await seen(cleo.page.locator('.other', { hasText: '모두에게' }));
    expect(await texts(cleo.page)).toEqual(['모두에게']);

    await menu(ana.page, benName, '방장 넘기기');
    await ana.page.locator('#confirm-yes').click();
    await seen(ben.page.locator('.system', { hasText: `${benName}님이 방장이 되었습니다.` }));
    await seen(ben.page.locator('#remove-room'));
    await gone(ana.page.locator('#remove-room'));

    await menu(ben.page, cleoName, '내보내기');
    await ben.page.locator('#confirm-yes').click();
    await seen(cleo.page.getByText('방장이 이 방에서 내보냈습니다.'));
    await gone(ana.page.locator('#people-list li', { hasText: cleoName }));
    await picture(cleo.page, 'kicked');
    await cleo.page.goto(url);
    await seen(cleo.page.locator('.error-message', { hasText: '내보내진 방입니다.' }));
  });

  it('see who is typing, until it is said', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ben.page.locator('#chat').pressSequentially('쓰는 중');
    await seen(ana.page.locator('#typing', { hasText: `${await nameOf(ben.page)}님이 입력 중…` }));
    await ben.page.keyboard.press('Enter');
    await seen(ana.page.locator('.other', { hasText: '쓰는 중' }));
    expect(await ana.page.locator('#typing').textContent()).toBe('');
  });

  it('reach everything by keyboard', async () => {
    const ana = await someone();
    await create(ana.page);
    await ana.page.locator('#scroller').focus();
    const reached: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      await ana.page.keyboard.press('Tab');
      reached.push(
        await ana.page.evaluate(
          () => document.activeElement?.id || document.activeElement?.textContent.trim() || '',
        ),
      );
    }
    expect(reached).toEqual(expect.arrayContaining(['remove-room', 'gif', 'chat', '전송']));
  });
});

describe('a bad connection', () => {
  it('loses nothing: what was written goes out, and what was said comes in', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await say(ana.page, '하나');
    await seen(ben.page.locator('.other', { hasText: '하나' }));

    await ben.page.context().setOffline(true);
    await seen(ben.page.getByText('연결이 끊겼습니다.'));
    await ben.page.locator('#chat').fill('터널 안에서');
    await ben.page.keyboard.press('Enter');
    await seen(ben.page.locator('.is-pending', { hasText: '터널 안에서' }));
    await picture(ben.page, 'offline');
    await say(ana.page, '둘');
    await say(ana.page, '셋');
    await ben.page.context().setOffline(false);

    await seen(ben.page.locator('.other', { hasText: '셋' }));
    await seen(ana.page.locator('.other', { hasText: '터널 안에서' }));
    await gone(ben.page.locator('.is-pending'));
    expect(await texts(ben.page)).toEqual(['하나', '둘', '셋', '터널 안에서']);
    expect(await texts(ana.page)).toEqual(['하나', '둘', '셋', '터널 안에서']);
    expect(await ana.page.locator('.system', { hasText: '퇴장' }).count()).toBe(0);
  });

  it('brings everything that was said in a long absence, in its order', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ben.tolerate(/ERR_INTERNET_DISCONNECTED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ben.page.context().setOffline(true);
    await seen(ben.page.getByText('연결이 끊겼습니다.'));
    // More than the answer to one join holds.
    await postMany(ana.page, url, 230);
    await ben.page.context().setOffline(false);
    await seen(ben.page.locator('.other', { hasText: '말 230' }));
    expect(await texts(ben.page)).toEqual(Array.from({ length: 230 }, (_, n) => `말 ${String(n + 1)}`));
  });

  it('lets one send a GIF again that did not get through, once', async () => {
    const [ana, ben] = [await someone(), await someone()];
    ana.tolerate(/ERR_FAILED/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await ana.page.route('**/gif', (route) => route.abort(), { times: 1 });
    await ana.page.locator('#gif').setInputFiles(GIF);
    await seen(ana.page.locator('.is-failed', { hasText: '올리지 못했습니다.' }));
    await picture(ana.page, 'gif-failed');
    await ana.page.getByRole('button', { name: '다시 보내기' }).click();
    await seen(ben.page.locator('.other [data-gif]'));
    await gone(ana.page.locator('.is-failed, .is-pending'));
    expect(await ana.page.locator('[data-gif]').count()).toBe(1);
  });

  it('survives a crash of the server: everybody is back, and nothing said is lost or doubled', async () => {
    const [ana, ben] = [await someone(), await someone()];
    for (const person of [ana, ben])
      person.tolerate(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
    const url = await create(ana.page);
    await enter(ben.page, url);
    await say(ana.page, '전에');
    await seen(ben.page.locator('.other', { hasText: '전에' }));
    const restarted = server.crashAndRestart();
    await seen(ana.page.getByText('연결이 끊겼습니다.'));
    await ana.page.locator('#chat').fill('동안에');
    await ana.page.keyboard.press('Enter');
    await restarted;
    await seen(ben.page.locator('.other', { hasText: '동안에' }));
    await say(ben.page, '뒤에');
    await seen(ana.page.locator('.other', { hasText: '뒤에' }));
    expect(await texts(ana.page)).toEqual(['전에', '동안에', '뒤에']);
    expect(await texts(ben.page)).toEqual(['전에', '동안에', '뒤에']);
  });
});

describe('the door', () => {
  it('tells who was shown the page and finds the last place gone, and lets in later', async () => {
    const [ana, ben, cleo] = [await someone(), await someone(), await someone()];
    const url = await create(ana.page, { max: 2 });
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    await cleo.page.route('**/socket.io/socket.io.js', async (route) => {
      await opened;
      await route.continue();
    });
    await cleo.page.goto(url, { waitUntil: 'commit' });
    await enter(ben.page, url);
    open();
    await seen(cleo.page.getByText('그 사이에 방이 가득 찼습니다.'));
    await picture(cleo.page, 'full');
    await ben.page.locator('#exit-btn').click();
    await ben.page.waitForURL('**/');
    await cleo.page.getByRole('link', { name: '다시 들어가기' }).click();
    await inIt(cleo.page);
  });

  it('is closed behind all windows of who leaves by one of them', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page);
    await enter(ben.page, url);
    const second = await ben.page.context().newPage();
    await enter(second, url);
    await second.locator('#exit-btn').click();
    await seen(ben.page.getByText('이 창의 연결이 끝났습니다.'));
    await gone(ana.page.locator('#people-list li').nth(1));
    await ben.page.getByRole('link', { name: '다시 들어가기' }).click();
    await seen(ana.page.locator('#people-list li').nth(1));
  });
});

describe('without JavaScript', () => {
  it('one lists, creates, enters, writes, sends a GIF and leaves', async () => {
    const [ana, ben] = [await someone({ javaScriptEnabled: false }), await someone()];
    const title = newTitle('스크립트 없이');
    await ana.page.goto('/');
    await ana.page.getByRole('link', { name: '채팅방 생성' }).first().click();
    await ana.page.locator('#title').fill(title);
    await ana.page.getByRole('button', { name: '생성' }).click();
    await seen(ana.page.getByRole('heading', { name: title }));
    const url = ana.page.url();

    await ana.page.locator('#chat').fill('첫마디');
    await ana.page.getByRole('button', { name: '전송' }).click();
    await seen(ana.page.locator('.mine', { hasText: '첫마디' }));
    await enter(ben.page, url);
    await seen(ben.page.locator('.other', { hasText: '첫마디' }));

    const file = path.join(os.tmpdir(), 'gif-chat-ball.gif');
    await writeFile(file, GIF.buffer);
    await ana.page.locator('#gif').setInputFiles(file);
    await ana.page.getByRole('button', { name: '올리기', exact: true }).click();
    await seen(ana.page.locator('.mine img'));
    await seen(ben.page.locator('.other [data-gif]'));
    expect(ana.page.url()).toBe(url);

    await say(ben.page, '보여요');
    await seen(ben.page.locator('.mine[data-seq]', { hasText: '보여요' }));
    await ana.page.getByRole('link', { name: '새로고침' }).click();
    await seen(ana.page.locator('.other', { hasText: '보여요' }));
    await picture(ana.page, 'no-script');
    await ana.page.setViewportSize({ width: 390, height: 844 });
    await picture(ana.page, 'no-script-390');

    await ana.page.locator('#exit-btn').click();
    await ana.page.waitForURL('**/');
    await seen(ben.page.locator('.system', { hasText: '퇴장' }));
  });
});

describe('every page', () => {
  it.each([390, 768, 1440])('fits a window %i px wide, light and dark', async (width) => {
    const [ana, ben] = [await someone(), await someone()];
    ana.tolerate(/404/);
    const url = await create(ana.page, { title: newTitle('노드 스터디방'), max: 5 });
    await create(ben.page, { title: newTitle('고양이 GIF만'), password: '1234' });
    await enter(ben.page, url);
    await say(ana.page, '반갑습니다~! 오늘은 Socket.IO 네임스페이스까지 읽어 오기로 했지요?');
    await say(ben.page, '네, 다 읽었어요');
    await seen(ana.page.locator('.other', { hasText: '다 읽었어요' }));
    await ben.page.locator('#gif').setInputFiles(GIF);
    await seen(ana.page.locator('.other [data-gif]'));
    await say(ana.page, 'ㅋㅋㅋㅋ');
    await say(ana.page, '그럼 시작할까요?');

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [name, address] of Object.entries({
        list: '/',
        create: '/room',
        missing: '/nope',
        room: url,
      })) {
        await ana.page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
        await ana.page.emulateMedia({ colorScheme });
        await ana.page.goto(address);
        if (name === 'room') await seen(ana.page.locator('.log .mine', { hasText: '그럼 시작할까요?' }));
        expect(await ana.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await picture(ana.page, `${name}-${String(width)}-${colorScheme}`);
      }
      if (width < 840) {
        await ana.page.locator('.people-button').click();
        await seen(ana.page.locator('#people-list'));
        await picture(ana.page, `people-${String(width)}-${colorScheme}`);
      }
    }
    await ana.page.setViewportSize({ width: 1120, height: 720 });
    await ana.page.emulateMedia({ colorScheme: 'light' });
    await picture(ana.page, 'screenshot');
  });
});

async function someone(options: BrowserContextOptions = {}): Promise<Person> {
  const person = await newPerson(browser, server.url, options);
  people.push(person);
  return person;
}

let titles = 0;
/** A title that no other room has. */
function newTitle(words: string): string {
  titles += 1;
  return `${words} ${String(titles)}`;
}

interface Wanted {
  title?: string;
  max?: number;
  password?: string;
  ephemeral?: boolean;
}

/** Creates a room by the form and is in it. @returns its address. */
async function create(
  page: Page,
  { title = newTitle('방'), max, password, ephemeral }: Wanted = {},
): Promise<string> {
  await page.goto('/room');
  await page.locator('#title').fill(title);
  if (max !== undefined) await page.locator('#max').fill(String(max));
  if (password !== undefined) await page.locator('#password').fill(password);
  if (ephemeral === true) await page.locator('#ephemeral').check();
  await page.getByRole('button', { name: '생성' }).click();
  await page.waitForURL(/\/room\/[0-9a-f]{24}$/);
  await inIt(page);
  return page.url();
}

async function enter(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await inIt(page);
}

/** Waits until the page has its place: oneself is among the people. */
async function inIt(page: Page): Promise<void> {
  await page.locator('#people-list li[data-me]').waitFor({ state: 'attached' });
}

/** Writes into the field and presses Enter, and waits until it is stored. */
async function say(page: Page, text: string): Promise<void> {
  await page.locator('#chat').fill(text);
  await page.keyboard.press('Enter');
  await page.locator('.mine[data-seq]:not(.is-pending)', { hasText: text }).last().waitFor();
}

/** Says `말 1` and so on, as a script does. */
async function postMany(page: Page, url: string, count: number): Promise<void> {
  await page.evaluate(
    async ([address, most]) => {
      for (let n = 1; n <= most; n += 1) {
        const body = new URLSearchParams({ chat: `말 ${String(n)}` });
        await fetch(`${address}/chat`, { method: 'POST', headers: { Accept: 'application/json' }, body });
      }
    },
    [url, count] as const,
  );
}

/** Scrolls up whenever something comes in, until there is nothing older. */
function scrollToTheBeginning(scroller: Element): Promise<void> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(up);
    observer.observe(scroller, { childList: true, subtree: true, attributes: true });
    up();
    function up() {
      scroller.scrollTo(0, -scroller.scrollHeight);
      if (!scroller.querySelector('#older')?.hasAttribute('hidden')) return;
      observer.disconnect();
      resolve();
    }
  });
}

/** What was said aloud and is on the page, in its order. */
async function texts(page: Page): Promise<string[]> {
  return page.locator('#chat-list [data-kind="chat"] .bubble').allTextContents();
}

async function nameOf(page: Page): Promise<string> {
  return page.locator('#people-list li[data-me] .color').innerText();
}

/** Does something with somebody, by the menu of the list of people. */
async function menu(page: Page, name: string, action: string): Promise<void> {
  const row = page.locator('#people-list li', { hasText: name });
  await row.locator('summary').click();
  await row.getByRole('button', { name: action }).click();
}

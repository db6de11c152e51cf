/** What people do in a room: talk, show GIFs, whisper, rule. */
import { gone, picture, seen } from './support/people';
import {
  GIF,
  create,
  enter,
  handOver,
  menu,
  nameOf,
  newTitle,
  postMany,
  say,
  setStage,
  texts,
} from './support/story';

const { someone } = setStage();

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
    await expect.poll(() => ana.page.locator('.system', { hasText: '퇴장' }).count()).toBe(0);
    await expect.poll(() => ben.page.locator('[data-gif]').count()).toBe(2);
    await expect.poll(() => texts(ben.page)).toEqual(await texts(ana.page));
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
    await expect.poll(() => ben.page.locator('#chat-list img').count()).toBe(0);
  });

  it('gives a GIF a button that stops it, and stops it from the start for a reader who wants little motion', async () => {
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

  it('holds a still of a GIF only as long as it is in sight', async () => {
    const ana = await someone();
    const url = await create(ana.page);
    await ana.page.locator('#gif').setInputFiles(GIF);
    const still = ana.page.locator('[data-gif] canvas');
    await seen(still);
    // Until it is stored, it stays below what others say.
    await seen(ana.page.locator('[data-seq]:not(.is-pending) [data-gif]'));
    await postMany(ana.page, url, 60);
    await ana.page.locator('[data-gif][data-out-of-sight]').waitFor({ state: 'attached' });
    await expect.poll(() => still.evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(0);
    await ana.page.locator('[data-gif]').scrollIntoViewIfNeeded();
    await seen(still);
    await expect.poll(() => still.evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(240);
    await ana.page.getByRole('button', { name: 'GIF 움직이기' }).click();
    await gone(still);
    await expect.poll(() => still.evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(0);
  });

  it('says why a file is not taken', async () => {
    const ana = await someone();
    ana.tolerate(/415/);
    await create(ana.page);
    await ana.page.locator('#gif').setInputFiles({ ...GIF, buffer: Buffer.from('not a picture') });
    await seen(ana.page.locator('#composer-error', { hasText: 'GIF 파일이 아닙니다.' }));
    // It looks like one from the outside.
    await ana.page.locator('#gif').setInputFiles({ ...GIF, buffer: GIF.buffer.subarray(0, 400) });
    const failed = ana.page.locator('.is-failed', { hasText: 'GIF 파일이 아닙니다.' });
    await seen(failed);
    // What is no picture is not shown as one.
    await expect.poll(() => failed.locator('[data-gif]').isVisible()).toBe(false);
    await picture(ana.page, 'gif-refused');
    await failed.getByRole('button', { name: '지우기' }).click();
    await gone(failed);
  });

  it('takes a GIF that is dropped or pasted', async () => {
    const ana = await someone();
    await create(ana.page);
    for (const [index, how] of (['drop', 'paste'] as const).entries()) {
      await handOver(ana.page, how);
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
    await expect.poll(() => texts(ben.page)).toEqual(['한글', '끝']);
  });

  it('is passed on and kept nowhere in a room that stores nothing', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page, { ephemeral: true });
    await enter(ben.page, url);
    await say(ana.page, '바람에 쓴 말');
    await seen(ben.page.locator('.other', { hasText: '바람에 쓴 말' }));
    await expect.poll(() => ben.page.locator('#gif').count()).toBe(0);
    await ben.page.reload();
    await say(ben.page, '다시');
    await seen(ana.page.locator('.other', { hasText: '다시' }));
    await expect.poll(() => texts(ben.page)).toEqual(['다시']);
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
    await expect.poll(() => texts(cleo.page)).toEqual(['모두에게']);

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
    await expect.poll(() => ana.page.locator('#typing').textContent()).toBe('');
  });

  it('reach everything by keyboard', async () => {
    const ana = await someone();
    await create(ana.page);
    await ana.page.locator('#scroller').focus();
    const reached: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      await ana.page.keyboard.press('Tab');
      reached.push(
        await ana.page.evaluate(
          () => document.activeElement?.id || document.activeElement?.textContent.trim() || '',
        ),
      );
    }
    expect(reached).toEqual(expect.arrayContaining(['gif', 'chat', '전송', 'my-name', 'remove-room']));
  });
});

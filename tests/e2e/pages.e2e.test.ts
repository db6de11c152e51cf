/** How every page looks, at every width, light and dark. */
import { write } from './support/acts';
import { picture, seen } from './support/people';
import { GIF, create, enter, newTitle, say, setStage } from './support/story';

const { someone } = setStage();

describe('every page', () => {
  it.each([390, 768, 1440])('fits a window %i px wide, light and dark', async (width) => {
    const [ana, ben] = [await someone(), await someone()];
    ana.tolerate(/404/);
    const url = await create(ana.page, { title: newTitle('노드 스터디방'), name: '아나', max: 5 });
    await create(ben.page, { title: newTitle('고양이 GIF만'), name: '벤', password: '1234' });
    await enter(ben.page, url);
    await say(ana.page, '반갑습니다~! 오늘은 Socket.IO 네임스페이스까지 읽어 오기로 했지요?');
    await write(ben.page, '@아나 네! `socket.to(id)`가 귓속말이더라고요: https://socket.io/docs');
    await seen(ana.page.locator('.other', { hasText: '귓속말' }));
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
        await expect.poll(() => ana.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
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

/** Forms that were refused, and forms without scripts. */
import { seen } from './support/people';
import { GIF, create, setStage } from './support/story';

const { someone } = setStage();

describe('a wrong password', () => {
  it('leaves the reader at the address of the room, where reload and back work', async () => {
    const [ana, ben] = [await someone(), await someone()];
    const url = await create(ana.page, { password: '1234' });
    ben.tolerate(/401/);
    await ben.page.goto('/');
    await ben.page.goto(url);
    await ben.page.locator('#password').fill('4321');
    await ben.page.keyboard.press('Enter');
    await seen(ben.page.getByText('비밀번호가 틀렸습니다.'));
    expect(ben.page.url()).toBe(url);
    await ben.page.reload();
    await seen(ben.page.locator('#password'));
    await expect.poll(() => ben.page.getByText('비밀번호가 틀렸습니다.').count()).toBe(0);
    expect(ben.page.url()).toBe(url);
    await ben.page.goBack();
    await ben.page.goBack();
    expect(new URL(ben.page.url()).pathname).toBe('/');
  });
});

describe('without scripts', () => {
  it('a refused password leads to the room when its address is opened', async () => {
    const [ana, ben] = [await someone(), await someone({ javaScriptEnabled: false })];
    const url = await create(ana.page, { password: '1234' });
    ben.tolerate(/401/);
    await ben.page.goto(url);
    await ben.page.locator('#password').fill('4321');
    await ben.page.keyboard.press('Enter');
    await seen(ben.page.getByText('비밀번호가 틀렸습니다.'));
    await ben.page.goto(ben.page.url());
    await seen(ben.page.locator('#password'));
    expect(ben.page.url()).toBe(url);
  });

  it.each([390, 1440])(
    'at %d px the name of the chosen GIF is seen, and nothing runs off the page',
    async (width) => {
      const [ana, ben] = [
        await someone(),
        await someone({ javaScriptEnabled: false, viewport: { width, height: 844 } }),
      ];
      await ben.page.goto(await create(ana.page));
      const field = ben.page.locator('#gif');
      await field.setInputFiles(GIF);
      const box = await field.boundingBox();
      expect(box?.width).toBeGreaterThan(120);
      expect(box?.height).toBeGreaterThan(20);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      await ben.page.getByRole('button', { name: '올리기', exact: true }).click();
      await seen(ben.page.locator('#chat-list .mine img'));
    },
  );

  it('a text that is too long comes back, with how long it is and how long it may be', async () => {
    const [ana, ben] = [await someone(), await someone({ javaScriptEnabled: false })];
    await ben.page.goto(await create(ana.page));
    ben.tolerate(/400/);
    await ben.page.locator('#chat').fill('가'.repeat(2_050));
    await ben.page.getByRole('button', { name: '전송' }).click();
    await seen(ben.page.getByText('2,000자까지 보낼 수 있습니다. 지금은 2,050자입니다.'));
    await expect.poll(() => ben.page.locator('#chat').inputValue()).toBe('가'.repeat(2_050));
  });
});

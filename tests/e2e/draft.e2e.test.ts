/** The field of a room: the focus, what is half written, and pasted pictures. */
import type { Page } from 'playwright-core';
import { seen } from './support/people';
import { GIF, create, setStage } from './support/story';

const { someone } = setStage();

describe('the field', () => {
  it('has the focus on entering', async () => {
    const { page } = await someone();
    await create(page);
    await seen(page.locator('#chat:focus'));
  });

  it('keeps a half-written message over a reload, until it is sent', async () => {
    const { page } = await someone();
    await create(page);
    await page.locator('#chat').fill('반쯤 쓴 말');
    await page.reload();
    await seen(page.locator('#chat:focus'));
    await expect.poll(() => page.locator('#chat').inputValue()).toBe('반쯤 쓴 말');
    await page.keyboard.press('Enter');
    await seen(page.locator('.mine:not(.is-pending)', { hasText: '반쯤 쓴 말' }));
    await page.reload();
    await seen(page.locator('#chat:focus'));
    await expect.poll(() => page.locator('#chat').inputValue()).toBe('');
  });
});

describe('a pasted file', () => {
  it('that is no GIF is answered with what to do instead', async () => {
    const { page } = await someone();
    await create(page);
    await paste(page, 'image/png');
    await seen(page.locator('#composer-error', { hasText: 'GIF 파일로 저장한 뒤' }));
  });

  it('is taken when it is a GIF with its name as text beside it', async () => {
    const { page } = await someone();
    await create(page);
    await paste(page, 'image/gif', 'cat.gif');
    await seen(page.locator('.mine [data-gif]'));
  });
});

/** @param text what the clipboard has beside the file */
function paste(page: Page, type: string, text = ''): Promise<void> {
  return page.evaluate(
    ({ bytes, type, text }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'file', { type }));
      if (text !== '') data.setData('text/plain', text);
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, cancelable: true }));
    },
    { bytes: type === 'image/gif' ? [...GIF.buffer] : [0x89, 0x50], type, text },
  );
}

/** The list of rooms under the pointer: nothing moves there. */
import { gone, seen } from './support/people';
import { create, newTitle, setStage } from './support/story';

const { someone } = setStage();

it('new rooms wait in a line while the pointer is in the list, and removed ones stay in their place until it leaves', async () => {
  const [ana, ben, reader] = [await someone(), await someone(), await someone()];
  const [kept, leaving] = [newTitle('남는 방'), newTitle('없어질 방')];
  await create(ana.page, { title: leaving });
  await create(ben.page, { title: kept });
  await reader.page.goto('/');
  const row = (title: string) => reader.page.locator('#rooms tbody tr', { hasText: title });
  await row(kept).hover();
  const before = await row(kept).boundingBox();

  const later = newTitle('나중 방');
  const carl = await someone();
  await create(carl.page, { title: later });
  await seen(reader.page.locator('#new-rooms', { hasText: '새 방 1개 보기' }));
  await expect.poll(() => row(later).count()).toBe(0);
  await ana.page.locator('#remove-room').click();
  await ana.page.locator('#confirm-yes').click();
  await seen(reader.page.locator('tr[data-gone]', { hasText: leaving }));
  await expect.poll(() => row(kept).boundingBox()).toEqual(before);

  await reader.page.locator('#new-rooms').click();
  await seen(row(later));
  await expect
    .poll(() => reader.page.evaluate(() => document.activeElement?.closest('tr')?.textContent))
    .toContain(later);
  await reader.page.mouse.move(0, 0);
  await reader.page.locator('h1').click();
  await gone(row(leaving));
});

it('new rooms come in at once while nobody is in the list', async () => {
  const [ana, reader] = [await someone(), await someone()];
  await reader.page.goto('/');
  await reader.page.mouse.move(0, 0);
  const title = newTitle('바로 보이는 방');
  await create(ana.page, { title });
  await seen(reader.page.locator('#rooms tbody tr', { hasText: title }));
  await gone(reader.page.locator('#new-rooms'));
});

/** Every page and state that a person may meet, and how one gets there. */
import type { Page } from 'playwright-core';
import { seen } from './people';
import {
  goOffline,
  openBusyRoom,
  openPassword,
  openWithOther,
  showKeys,
  showMenu,
  showPeople,
  type Scene,
} from './scenes';
import { GIF, create, enter, look, newTitle, postMany, say, scrollToTheBeginning } from './story';

export interface State {
  /** Brings the reader's page there, in whatever language it is. */
  open: (scene: Scene) => Promise<unknown>;
  /** Shows what closes when the window gets another size. Call it after `open`, and after each change of the size. */
  show?: (page: Page) => Promise<void>;
}

const at = (address: string): State => ({
  open: async ({ reader }) => {
    reader.tolerate(/status of 4\d\d/);
    await reader.page.goto(address);
  },
});

const inRoom = (show?: State['show']): State => ({
  open: async ({ reader }) => {
    await create(reader.page);
  },
  ...(show && { show }),
});

/** In the order in which they must be opened: in the first one, no room was created yet. */
export const STATES: Record<string, State> = {
  'the empty list': at('/'),
  'the list': {
    open: async ({ reader, someone }) => {
      const others = [await someone(), await someone(), await someone()] as const;
      await create(others[0].page, { title: newTitle('노드 스터디방'), max: 2 });
      await enter(others[1].page, others[0].page.url());
      await create(others[2].page, { title: newTitle('Cats only'), password: '1234', ephemeral: true });
      await reader.page.goto('/');
      await seen(reader.page.locator('[data-full]'));
    },
  },
  'the list with an error': at(`/?error=${encodeURIComponent('존재하지 않는 방입니다.')}`),
  'the list beyond its end': at('/?before=000000000000000000000000'),
  'the list with new rooms that wait': {
    open: async ({ reader, someone }) => {
      await create((await someone()).page);
      await reader.page.goto('/');
      await reader.page.locator('.join-btn').first().focus();
      await create((await someone()).page);
      await seen(reader.page.locator('#new-rooms'));
    },
  },
  'the list offline': {
    open: async ({ reader }) => {
      await reader.page.goto('/');
      await goOffline(reader);
    },
  },
  'the settings in the list': {
    open: async ({ reader: { page } }) => {
      await page.goto('/');
      await page.locator('#open-settings').click();
    },
  },
  'the keys of the list': {
    open: ({ reader }) => reader.page.goto('/'),
    show: showKeys,
  },
  'the create form': at('/room'),
  'the create form with errors': {
    open: async ({ reader }) => {
      reader.tolerate(/status of 400/);
      await reader.page.goto('/room');
      await reader.page.locator('form.card').evaluate((form) => form.setAttribute('novalidate', ''));
      for (const field of ['#max', '#password', '#name'])
        await reader.page.locator(field).fill(field === '#max' ? '1' : 'ㅋ'.repeat(101));
      await reader.page.locator('form.card button').click();
      await seen(reader.page.locator('.field-error'));
    },
  },
  'the page of the password': { open: openPassword },
  'the page of the password after a wrong one': {
    open: async (scene) => {
      await openPassword(scene);
      await scene.reader.page.locator('#password').fill('wrong');
      await scene.reader.page.locator('form.card button').click();
      await seen(scene.reader.page.locator('.field-error'));
    },
  },
  'an empty room': inRoom(),
  'an empty room that stores nothing': {
    open: async ({ reader }) => {
      await create(reader.page, { ephemeral: true });
    },
  },
  'a room with chats of all kinds': { open: openBusyRoom },
  'a room without its script': {
    open: async (scene) => {
      const url = await openBusyRoom(scene);
      scene.reader.tolerate(/ERR_FAILED/);
      await scene.reader.page.route('**/chat.js*', (route) => route.abort());
      await scene.reader.page.goto(url);
      await scene.reader.page.locator('html').evaluate((html) => {
        html.dataset['script'] = 'failed';
      });
    },
  },
  'a room whose reader is further up': {
    open: async ({ reader: { page }, someone }) => {
      const url = await create(page);
      await postMany(page, url, 60);
      await page.locator('#scroller').evaluate(scrollToTheBeginning);
      const { page: other } = await someone();
      await enter(other, url);
      await say(other, '새 말');
      await seen(page.locator('#to-newest'));
    },
  },
  'a room to which its reader comes back': {
    open: async (scene) => {
      const { page } = scene.reader;
      const other = await openWithOther(scene);
      await say(other.page, '읽은 말');
      await seen(page.locator('.other'));
      await look(page, false);
      await say(other.page, '그 사이의 말');
      await seen(page.locator('.other').nth(1));
      await look(page, true);
      await seen(page.locator('.new-since'));
    },
  },
  'a message that is chosen': inRoom(async (page) => {
    await say(page, '잘못 보낸 말');
    await page.locator('.mine .bubble').last().click();
  }),
  'people and their names': inRoom(showPeople),
  'a name that cannot be': inRoom(async (page) => {
    await showPeople(page);
    await page.locator('#my-name').fill('system');
    await page.keyboard.press('Enter');
    await seen(page.locator('#my-name-error:not(:empty)'));
  }),
  'the menu of a person': { open: openWithOther, show: showMenu },
  'the question before somebody is put out': {
    open: openWithOther,
    show: async (page) => {
      if (await page.locator('#confirm').isVisible()) return;
      await showMenu(page);
      await page.locator('[data-action="kick"]').click();
    },
  },
  'the settings in a room': inRoom(async (page) => {
    await page.keyboard.press('Escape');
    await page.locator('#open-settings').click();
    await page.locator('#settings-name').fill('system');
    await page.keyboard.press('Enter');
    await seen(page.locator('#settings-name-error:not(:empty)'));
  }),
  'the keys of a room': inRoom(showKeys),
  'a large GIF': {
    open: async ({ reader: { page } }) => {
      await create(page);
      await page.locator('#gif').setInputFiles(GIF);
      await page.locator('.mine[data-seq] [data-gif]').click({ position: { x: 20, y: 20 } });
      await seen(page.locator('#large-gif'));
    },
  },
  'a room offline, with messages that wait': {
    open: async ({ reader }) => {
      await create(reader.page);
      await goOffline(reader);
      await reader.page.locator('#chat').fill('아직 가지 않은 말');
      await reader.page.locator('#chat-form .send').click();
      await reader.page.locator('#gif').setInputFiles(GIF);
      await seen(reader.page.locator('.is-pending [data-gif]'));
    },
  },
  'a GIF that was refused': {
    open: async ({ reader }) => {
      reader.tolerate(/status of 415/);
      await create(reader.page);
      await reader.page.locator('#gif').setInputFiles({ ...GIF, buffer: GIF.buffer.subarray(0, 400) });
      await seen(reader.page.locator('.is-failed'));
    },
  },
  'a message that is too long': inRoom(async (page) => {
    await page.locator('#chat').fill('ㅋ'.repeat(2_001));
    await page.locator('#chat-form .send').click();
    await seen(page.locator('#composer-error'));
  }),
  'a command that is written': inRoom(async (page) => {
    await page.locator('#chat').fill('/w');
    await seen(page.locator('#hint'));
  }),
  'whispering while others type': {
    open: async (scene) => {
      const other = await openWithOther(scene);
      await showMenu(scene.reader.page);
      await scene.reader.page.locator('[data-action="whisper"]').click();
      await other.page.locator('#chat').pressSequentially('음');
      await seen(scene.reader.page.locator('#typing:not(:empty)'));
    },
  },
  'a GIF held over the page': inRoom(async (page) => {
    await page.locator('.drop-here').evaluate((element) => {
      element.removeAttribute('hidden');
    });
  }),
  'a room that was closed': {
    open: async ({ reader, someone }) => {
      const { page: other } = await someone();
      await enter(reader.page, await create(other));
      await other.locator('#remove-room').click();
      await other.locator('#confirm-yes').click();
      await seen(reader.page.locator('#ended'));
    },
  },
  'a page that is not there': at('/nope'),
  'a request that is refused': {
    open: async (scene) => {
      scene.reader.tolerate(/status of 403/);
      const url = await openPassword(scene);
      await scene.reader.page.locator('form.card').evaluate((form, action) => {
        if (form instanceof HTMLFormElement) form.action = action;
      }, `${url}/chat`);
      await scene.reader.page.locator('#password').evaluate((field) => {
        field.setAttribute('name', 'chat');
      });
      await scene.reader.page.locator('#password').fill('1234');
      await scene.reader.page.locator('form.card button').click();
      await seen(scene.reader.page.locator('.error-page'));
    },
  },
  'the lab': at('/lab'),
  'the lab: WebSocket': at('/lab/ws'),
  'the lab: Socket.IO': at('/lab/socketio'),
  'the lab: chat': at('/lab/chat'),
  'the lab: comparison': at('/lab/compare'),
  'the lab: rooms': at('/lab/rooms'),
};

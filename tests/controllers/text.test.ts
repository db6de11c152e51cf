import { createRoom, join, person, startApp, type TestApp } from '../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** The HTML in the bubbles of the room's page, as the server writes it. */
async function bubbles(...texts: string[]): Promise<string[]> {
  const who = await person(app);
  const room = await createRoom(who);
  await join(await who.chat(), room);
  for (const chat of texts) await who.http.post(`/room/${room}/chat`).send({ chat }).expect(200);
  const { text } = await who.http.get(`/room/${room}`).expect(200);
  const list = text.slice(text.indexOf('id="chat-list"'), text.indexOf('class="nothing"'));
  return [...list.matchAll(/data-slot="chat" dir="auto">(.*?)<\/div>/gs)].map(([, html = '']) => html);
}

const link = (href: string, shown: string) =>
  `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow ugc">${shown}</a>`;

describe('a text on the page that the server makes', () => {
  test('has links that can be followed, and tell the other site nothing', async () => {
    expect(await bubbles('봐요 https://example.com/?a=1&b="2" www.example.com에서')).toEqual([
      `봐요 ${link('https://example.com/?a=1&amp;b=%222%22', 'https://example.com/?a=1&amp;b=&quot;2&quot;')} ${link('http://www.example.com/', 'www.example.com')}에서`,
    ]);
  });

  test('has its lines, and code', async () => {
    expect(await bubbles('한 줄\n\n`<b>`', '```html\n<p>\n  @Ana\n```')).toEqual([
      '한 줄\n\n<code>&lt;b&gt;</code>',
      '<code class="block">&lt;p&gt;\n  @Ana</code>',
    ]);
  });

  test('never has HTML of its writer', async () => {
    const [html = ''] = await bubbles(
      '<img src=x onerror=alert(1)> javascript:alert(1) http://a.com/"><script>',
    );
    expect(html).not.toMatch(/<(?!\/?a\b)|href="(?!http)/);
  });
});

test('a text that mentions its reader is marked for them, and for nobody else', async () => {
  const [ana, ben] = [await person(app), await person(app)];
  const room = await createRoom(ana);
  const [one, other] = [await ana.chat(), await ben.chat()];
  const { me } = await join(one, room);
  await join(other, room);
  await ben.http
    .post(`/room/${room}/chat`)
    .send({ chat: `@${me.color}님 안녕` })
    .expect(200);
  const pageOf = async (who: typeof ana) => (await who.http.get(`/room/${room}`).expect(200)).text;
  const mention = `<span class="mention">@${me.color}</span>님 안녕`;
  for (const [who, isMeant] of [
    [ana, true],
    [ben, false],
  ] as const) {
    const page = await pageOf(who);
    expect(page).toContain(mention);
    expect(page.includes(' data-is-meant')).toBe(isMeant);
  }
});

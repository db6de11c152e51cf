import { person, startApp, type TestApp, until } from '../../tests/support/app';
import { openEvents } from '../../tests/support/lab';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

async function openClock(cookie?: string) {
  return openEvents(`${app.url}/lab/clock`, cookie);
}

/** Opens the clock. @throws unless it is there. */
async function clock() {
  const events = await openClock();
  if (events.status === 200) return events;
  events.close();
  throw new Error(`/lab/clock은 200이어야 합니다 · must answer with 200, not ${String(events.status)}`);
}

test('끝나지 않는 이벤트 스트림입니다 · it is an event stream', async () => {
  const events = await clock();
  expect(events.headers['content-type']).toMatch(/^text\/event-stream/);
  events.close();
});

test('이벤트마다 ISO 8601 시각이 있습니다 · each event is the time, in ISO 8601', async () => {
  const events = await clock();
  const { data = '' } = (await events.next()) ?? {};
  expect(data).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  events.close();
});

test('첫 시각은 바로, 그다음부터 1초마다 옵니다 · the first comes at once, the others once a second', async () => {
  const events = await clock();
  const times: number[] = [];
  for (let n = 0; n < 4; n += 1) times.push(Date.parse((await events.next())?.data ?? ''));
  events.close();
  expect((times[3] ?? NaN) - (times[0] ?? NaN)).toBeGreaterThanOrEqual(2_900);
});

test('한 세션은 여덟 개까지 열고, 닫으면 다시 열 수 있습니다 · a session has eight at most, and closing makes room', async () => {
  const { cookie } = await person(app);
  const open = await Promise.all(Array.from({ length: 8 }, () => openClock(cookie)));
  for (const { status } of open) expect(status).toBe(200);
  const ninth = await openClock(cookie);
  expect(ninth.status).toBe(429);
  for (const events of [...open, ninth]) events.close();
  await until(async () => {
    const events = await openClock(cookie);
    events.close();
    return events.status === 200;
  });
});

/** 200 people send a large GIF each, and all of these end at the same time. Then one person sends more GIFs without end. */
import { once, setMaxListeners } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Attack } from './attack';
import { makeRoom, people, type Hostile } from './crowd';
import { bytes, comment, image, screen } from '../../tests/support/gif';

/** A little less than the 5 MiB that an upload may have. */
const LARGE = bytes(screen(), image(), comment('x'.repeat(4_900_000)));
const BOUNDARY = 'between-the-parts';
const HEAD = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="gif"; filename="a.gif"\r\ncontent-type: image/gif\r\n\r\n`;
const TAIL = `\r\n--${BOUNDARY}--\r\n`;

export const attack: Attack = async ({ url, signal }) => {
  setMaxListeners(0, signal);
  const crowd = await people(url, 200);
  const [owner] = crowd;
  if (owner === undefined) throw new Error('nobody came');
  const room = await makeRoom(url, owner);
  const statuses = new Map<number, number>();

  /** Sends an upload up to its end. @returns a function that sends the end, and resolves when the upload is answered. */
  async function begin({ headers }: Hostile): Promise<() => Promise<void>> {
    const upload = request(`${url}/room/${room}/gif`, {
      ...{ method: 'POST', signal, agent: false },
      headers: {
        ...headers,
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        'content-length': Buffer.byteLength(HEAD) + LARGE.length + TAIL.length,
      },
    });
    const answered = new Promise<void>((resolve) => {
      upload.on('error', () => resolve());
      upload.on('response', (response) => {
        const status = response.statusCode ?? 0;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        void text(response)
          .catch(() => '')
          .then(() => resolve());
      });
    });
    upload.write(HEAD);
    // The server may refuse an upload, or let it wait, before it has read all of it.
    if (!upload.write(LARGE))
      await Promise.race([once(upload, 'drain', { signal }), answered, once(signal, 'abort')]);
    return () => {
      upload.end(TAIL);
      return answered;
    };
  }

  async function all(): Promise<void> {
    const begun = crowd.map(begin);
    await Promise.all(begun.map(async (upload) => (await upload)()));
  }

  await all().catch(() => undefined);
  while (!signal.aborted)
    await begin(owner).then(
      (end) => end(),
      () => undefined,
    );
  const answers = [...statuses].map(([status, count]) => `${String(count)} × ${String(status)}`);
  return `large GIFs, answered ${answers.join(', ')}`;
};

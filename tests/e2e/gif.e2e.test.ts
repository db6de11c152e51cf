/** What Chromium shows of GIFs: of the file that somebody sends, and of the one that is written anew of it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { readGif, type GifReading } from '../../src/rules/gif';
import { BROKEN, SHOWN, UNSEEN } from '../support/gif-kinds';
import { openBrowser } from './support/people';

/** What is to be seen of it. */
interface Seen {
  /** The size of an `<img>`, and a hash of its first picture, 'clear' where nothing is to be seen; undefined when it is broken. */
  img: { width: number; height: number; picture: string } | undefined;
  /** Each frame with its time in ms; undefined in the place of one that cannot be decoded. */
  frames: ({ picture: string; ms: number } | undefined)[];
  repetitions: number;
}

let server: Server;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  // Only a page from a secure place, as this machine is one, has an ImageDecoder.
  server = createServer((_req, res) => res.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
});
afterAll(async () => {
  await browser.close();
  server.close();
});

describe.each(Object.entries({ ...SHOWN, ...BROKEN }))('%s', (name, file) => {
  it('looks the same when it was written anew', async () => {
    const reading = read(file);
    if (!reading.ok) throw new Error(reading.reason);
    const [sent, written] = [await look(file), await look(Buffer.from(reading.bytes))];

    expect(written.img).toEqual(sent.img);
    expect(written.img).toMatchObject({ width: reading.width, height: reading.height });
    expect(written.frames).toHaveLength(reading.frames);
    if (name in SHOWN) {
      expect(inTurn(written)).toEqual(inTurn(sent));
      if (reading.frames > 1) expect(written.repetitions).toBe(sent.repetitions);
    } else {
      // Frames that Chromium cannot decode may have been left out or made whole; the others are there.
      const pictures = inTurn(written).map((frame) => frame?.picture);
      for (const frame of inTurn(sent)) if (frame !== undefined) expect(pictures).toContain(frame.picture);
      expect(written.frames.filter(isBroken).length).toBeLessThanOrEqual(sent.frames.filter(isBroken).length);
    }
  });
});

it.each(Object.entries(UNSEEN))('%s is not to be seen', async (_, file) => {
  expect(read(file)).toEqual({ ok: false, reason: 'not-a-gif' });
  expect((await look(file)).img?.picture ?? 'clear').toBe('clear');
});

it('pictures that differ are told apart', async () => {
  const { frames } = await look(SHOWN['three frames'] ?? Buffer.alloc(0));
  expect(frames.map((frame) => frame?.ms)).toEqual([100, 200, 300]);
  expect(new Set(frames.map((frame) => frame?.picture)).size).toBe(3);
});

function read(file: Buffer): GifReading {
  const reader = readGif(file);
  for (;;) {
    const { done, value } = reader.next();
    if (done === true) return value;
  }
}

const isBroken = (frame: Seen['frames'][number]) => frame === undefined;

/** Frames that look like the one before are that one for longer. */
function inTurn({ frames }: Seen): Seen['frames'] {
  return frames.reduce<Seen['frames']>((turns, frame) => {
    const last = turns.at(-1);
    if (frame === undefined || last?.picture !== frame.picture) return [...turns, frame];
    return [...turns.slice(0, -1), { ...frame, ms: last.ms + frame.ms }];
  }, []);
}

function look(file: Buffer): Promise<Seen> {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const seen: Seen = { img: undefined, frames: [], repetitions: 0 };

    async function pictureOf(image: CanvasImageSource, width: number, height: number) {
      const context = new OffscreenCanvas(width, height).getContext('2d');
      if (context === null) throw new Error('no canvas');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
      return data.every((value) => value === 0) ? 'clear' : hash.join(' ');
    }

    const img = new Image();
    img.src = URL.createObjectURL(new Blob([bytes], { type: 'image/gif' }));
    const isLoaded = await new Promise<boolean>((resolve) => {
      img.onload = () => resolve(true);
      img.onerror = () => resolve(false);
    });
    if (isLoaded) {
      const { naturalWidth: width, naturalHeight: height } = img;
      seen.img = { width, height, picture: await pictureOf(img, width, height) };
    }
    URL.revokeObjectURL(img.src);

    try {
      const decoder = new ImageDecoder({ data: bytes, type: 'image/gif' });
      await decoder.tracks.ready;
      await decoder.completed;
      const track = decoder.tracks.selectedTrack;
      seen.repetitions = track?.repetitionCount ?? 0;
      for (let frameIndex = 0; frameIndex < (track?.frameCount ?? 0); frameIndex++) {
        const decoded = await decoder.decode({ frameIndex }).catch(() => undefined);
        if (decoded === undefined) {
          seen.frames.push(undefined);
          continue;
        }
        const { displayWidth, displayHeight, duration } = decoded.image;
        const picture = await pictureOf(decoded.image, displayWidth, displayHeight);
        seen.frames.push({ picture, ms: (duration ?? 0) / 1_000 });
        decoded.image.close();
      }
      decoder.close();
    } catch {
      // It is no image at all.
    }
    return seen;
  }, file.toString('base64'));
}

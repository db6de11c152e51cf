/** The lab's pages, each with the code that it is about, read from the very file. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Router, type RequestHandler } from 'express';
import { lab } from '../locales/lab';
import { Refusal } from '../rules/refusal';

/** The sources stand beside what is compiled of them, in production too. */
const SOURCES = path.resolve(__dirname, '../../src/lab');

/** The files that each page is about. */
const LISTINGS = {
  ws: ['ws.ts'],
  socketio: ['socketio.ts'],
  chat: ['chat.ts'],
  compare: ['short-polling.ts', 'long-polling.ts', 'event-stream.ts', 'counter-socket.ts'],
  rooms: ['rooms.ts'],
} as const;
type Name = keyof typeof LISTINGS;
const NAMES = Object.keys(LISTINGS).filter(isName);
const FILES: readonly string[] = Object.values(LISTINGS).flat();

/** @param identity gives a reader a session, by which the lab counts connections. */
export function pages(identity: RequestHandler): Router {
  const router = Router();

  router.get('/', (_req, res) => {
    const links = NAMES.map((name) => ({ name, ...lab.pages[name] }));
    res.render('lab/index.html', { ...common, title: lab.title, links });
  });

  for (const [at, name] of NAMES.entries()) {
    router.get(`/${name}`, identity, async (_req, res) => {
      const listings = await Promise.all(LISTINGS[name].map(listing));
      const page = lab.pages[name];
      const following = NAMES[at + 1];
      res.render(`lab/${name}.html`, {
        ...{ ...common, title: page.title, name, page, listings },
        following: following && { name: following, title: lab.pages[following].title },
      });
    });
  }

  /** One of the files as plain text. */
  router.get('/source/:file', async (req, res) => {
    const { file } = req.params;
    if (!FILES.includes(file)) throw new Refusal('PAGE_NOT_FOUND');
    res.type('text/plain').send(await read(file));
  });

  return router;
}

/** What every template of the lab may use. */
const common = { lab, colors: [] };

async function listing(file: string) {
  const lines = (await read(file)).trimEnd().split('\n');
  return { file, lines };
}

function read(file: string): Promise<string> {
  return readFile(path.join(SOURCES, file), 'utf8');
}

function isName(name: string): name is Name {
  return name in LISTINGS;
}

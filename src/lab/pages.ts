/** The lab's pages. Each shows the source code of the example that runs on it. */
import { Router, type RequestHandler } from 'express';
import { LISTED_FILES, LISTINGS, readListing } from './listings';
import { wordsFor } from '../middlewares/language';
import { Refusal } from '../rules/refusal';

type Name = keyof typeof LISTINGS;
const NAMES = Object.keys(LISTINGS).filter(isName);

/** @param identity gives a reader a session, by which the lab counts connections. */
export function pages(identity: RequestHandler): Router {
  const router = Router();

  router.get('/', (req, res) => {
    const { lab } = wordsFor(req);
    const links = NAMES.map((name) => ({ name, ...lab.pages[name] }));
    res.render('lab/index.html', { lab, colors: [], title: lab.title, links });
  });

  for (const [at, name] of NAMES.entries()) {
    router.get(`/${name}`, identity, async (req, res) => {
      const { lab } = wordsFor(req);
      const listings = await Promise.all(LISTINGS[name].map(listing));
      const page = lab.pages[name];
      const following = NAMES[at + 1];
      res.render(`lab/${name}.html`, {
        lab,
        colors: [],
        title: page.title,
        name,
        page,
        listings,
        following: following && { name: following, title: lab.pages[following].title },
      });
    });
  }

  /** One of the files as plain text. */
  router.get('/source/:file', async (req, res) => {
    const { file } = req.params;
    if (!LISTED_FILES.includes(file)) throw new Refusal('PAGE_NOT_FOUND');
    res.type('text/plain').send(await readListing(file));
  });

  return router;
}

async function listing(file: string) {
  const lines = (await readListing(file)).trimEnd().split('\n');
  return { file, lines };
}

function isName(name: string): name is Name {
  return name in LISTINGS;
}

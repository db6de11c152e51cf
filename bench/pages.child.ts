/**
 * One of the two servers of bench/pages.ts, told by the first argument: the whole program, or bare Express with bare
 * Nunjucks, which shows the list's own template with as many rooms. It says its port, and ends with its parent.
 */
import path from 'node:path';
import express from 'express';
import nunjucks from 'nunjucks';
import { loadConfig } from '../src/config';
import { DEFAULT, languages } from '../src/locales';
import { createAssets } from '../src/middlewares/assets';
import { start } from '../src/start';

/** Reads the templates so that the list renders every row with its macro, and keeps none. */
class BareLoader extends nunjucks.FileSystemLoader {
  override getSource(name: string): nunjucks.LoaderSource {
    const source = super.getSource(name);
    return { ...source, src: source.src.replace('roomRow(room, lang)', 'blankRow(room)') };
  }
}

const [what, folder = '', rooms = '0'] = process.argv.slice(2);

process.once('disconnect', () => process.exit());
void (what === 'program' ? startProgram() : startBare()).then((port) => process.send?.(port));

async function startProgram(): Promise<number> {
  const config = loadConfig({
    NODE_ENV: 'production',
    COOKIE_SECRET: 'a secret for the bench',
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: path.join(folder, 'data'),
    UPLOADS_DIR: path.join(folder, 'uploads'),
    RATE_LIMITS: 'off',
    LOG: 'warn',
  });
  return (await start(config)).port;
}

function startBare(): Promise<number> {
  const app = express();
  const views = new nunjucks.Environment(new BareLoader(path.resolve(__dirname, '../views')), {
    autoescape: true,
  });
  views.express(app);
  views.addGlobal('base', '');
  views.addGlobal('asset', createAssets({ isProduction: true }).urlOf);
  const shown = Array.from({ length: Number(rooms) }, (_, n) => ({
    _id: n.toString(16).padStart(24, '0'),
    title: `${String(n)}번째 방`,
    max: 10,
    owner: `#${String(100_000 + n * 7_919)}`,
    password: false,
    ephemeral: false,
    count: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
  }));
  app.get('/', (_req, res) => {
    res.render('main.html', {
      title: 'GIF 채팅방',
      lang: DEFAULT,
      words: languages[DEFAULT],
      first: true,
      rooms: shown,
      colors: shown.map(({ owner }) => owner),
    });
  });
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

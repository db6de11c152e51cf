/**
 * The files that pages are made of: what `public/` holds, as it is, and what the build made of it and of `src/browser/`,
 * under names that change with their content, so that browsers may keep them for good.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { z } from 'zod';

const ROOT = path.resolve(__dirname, '../..');
const PUBLIC = path.join(ROOT, 'public');
/** Where the build puts its files, and the one among them that tells their names: `pages/list.js` → `pages/list-HASH.js`. */
export const BUILT = path.join(ROOT, 'dist', 'public');
export const MANIFEST = 'manifest.json';
/** Below this the built files are found. */
const BASE = '/assets/';
/** The compressed copies that the build lays beside a file, the best one first: coding and ending. */
export const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface Asset {
  root: string;
  file: string;
  isBuilt: boolean;
  /** In which codings there are copies of it. */
  codings: (typeof CODINGS)[number][];
}

interface Table {
  /** By the path of the address. */
  assets: Map<string, Asset>;
  /** The name in the sources → the name that the build gave. */
  names: Record<string, string>;
}

export interface Assets {
  serve: RequestHandler;
  /** The address of a built file, which is named as in the sources, but `.js`. @throws when there is none */
  urlOf: (name: string) => string;
}

/**
 * Only what exists is looked up on the disk: it is listed once, in development at each request.
 * @throws in production when nothing was built.
 */
export function createAssets({ isProduction }: { isProduction: boolean }): Assets {
  const known = isProduction ? readTable() : undefined;
  const table = () => known ?? readTable();

  return {
    serve(req, res, next) {
      const asset =
        req.method === 'GET' || req.method === 'HEAD' ? table().assets.get(decode(req.path)) : undefined;
      if (asset === undefined) {
        next();
        return;
      }
      const { root, file, isBuilt, codings } = asset;
      const accepted = codings.length > 0 ? req.acceptsEncodings() : [];
      const [coding, ending] = codings.find(([name]) => accepted.includes(name)) ?? [];
      if (codings.length > 0) res.vary('Accept-Encoding');
      if (coding !== undefined) res.type(path.extname(file)).set('Content-Encoding', coding);
      res.sendFile(file + (ending ?? ''), {
        root,
        maxAge: isBuilt ? '1y' : 0,
        immutable: isBuilt,
      });
    },
    urlOf(name) {
      const built = table().names[name];
      if (built === undefined) throw new Error(`${name} was not built`);
      return BASE + built;
    },
  };
}

function readTable(): Table {
  const assets = new Map<string, Asset>();
  for (const file of filesIn(PUBLIC))
    assets.set(`/${file}`, { root: PUBLIC, file, isBuilt: false, codings: [] });
  const built = new Set(filesIn(BUILT).filter((file) => file !== MANIFEST));
  for (const file of built) {
    const codings = CODINGS.filter(([, ending]) => built.has(file + ending));
    assets.set(BASE + file, { root: BUILT, file, isBuilt: true, codings });
  }
  return { assets, names: readNames() };
}

function readNames(): Table['names'] {
  try {
    const text = readFileSync(path.join(BUILT, MANIFEST), 'utf8');
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch (error) {
    throw new Error('The files of the pages are missing: npm run build makes them.', { cause: error });
  }
}

/** Paths below a folder, with `/` between names. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) =>
        path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'),
      );
  } catch {
    return [];
  }
}

/** An address that cannot be decoded is no file's. */
function decode(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '';
  }
}

/**
 * The files that pages load: those of `public/` as they are, and those that the build made. The names of built files have a
 * hash of their content, so browsers may keep them for good.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { z } from 'zod';

const ROOT = path.resolve(__dirname, '../..');
const PUBLIC = path.join(ROOT, 'public');
/** The folder of the built files, and the file in it that tells their names: `ko/list.js` → `ko/list-HASH.js`. */
export const BUILT = path.join(ROOT, 'dist', 'public');
export const MANIFEST = 'manifest.json';
/** The URLs of built files begin with this. */
const BASE = '/assets/';
/** The compressed copies that the build makes of a file: the coding, and what is added to the file's name. Smallest first. */
export const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface Asset {
  root: string;
  file: string;
  isBuilt: boolean;
  /** The codings of its compressed copies. */
  codings: (typeof CODINGS)[number][];
}

interface Table {
  /** By the path of the URL. */
  assets: Map<string, Asset>;
  /** The name without the hash → the name with it. */
  names: Record<string, string>;
}

interface Assets {
  serve: RequestHandler;
  /** The URL of a built file. @param name without the hash: `ko/list.js` @throws if there is no such file */
  urlOf: (name: string) => string;
}

/**
 * The files are listed once at the start, so other requests cost no look at the disk. In development they are listed again
 * for each request. @throws in production if nothing was built.
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

/** @returns an empty text if the URL cannot be decoded: no file has an empty name. */
function decode(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '';
  }
}

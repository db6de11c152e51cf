/**
 * The files that pages load: those of `public/` as they are, and those that the build made. The names of built files have a
 * hash of their content, so browsers may keep them for good.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
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

interface Built {
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
 * after a build, and when a file of `public/` comes or goes. @throws in production if nothing was built
 */
export function createAssets({ isProduction }: { isProduction: boolean }): Assets {
  const versionOf = (file: string) =>
    isProduction ? undefined : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const built = keeping(readBuilt, () => versionOf(path.join(BUILT, MANIFEST)));
  const sentAsIs = keeping(readPublic, () => versionOf(PUBLIC));
  if (isProduction) built();
  const find = (url: string) => built().assets.get(url) ?? sentAsIs().get(url);

  return {
    serve(req, res, next) {
      const asset = req.method === 'GET' || req.method === 'HEAD' ? find(decode(req.path)) : undefined;
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
      const file = built().names[name];
      if (file === undefined) throw new Error(`${name} was not built`);
      return BASE + file;
    },
  };
}

/** Reads when it is first asked, and again when the version is another one. */
function keeping<T>(read: () => T, versionOf: () => number | undefined): () => T {
  let kept: { version: number | undefined; value: T } | undefined;
  return () => {
    const version = versionOf();
    if (kept === undefined || kept.version !== version) kept = { version, value: read() };
    return kept.value;
  };
}

function readPublic(): Map<string, Asset> {
  const files = filesIn(PUBLIC);
  return new Map(files.map((file) => [`/${file}`, { root: PUBLIC, file, isBuilt: false, codings: [] }]));
}

function readBuilt(): Built {
  // The manifest is the last file that a build writes. So the files that it names are there.
  const names = readNames();
  const files = new Set(filesIn(BUILT).filter((file) => file !== MANIFEST));
  const assets = new Map<string, Asset>();
  for (const file of files) {
    const codings = CODINGS.filter(([, ending]) => files.has(file + ending));
    assets.set(BASE + file, { root: BUILT, file, isBuilt: true, codings });
  }
  return { assets, names };
}

function readNames(): Built['names'] {
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

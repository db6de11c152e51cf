/** Compiles the program to JavaScript in a temporary folder, so that a test can start many processes fast. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { transform } from 'esbuild';

const ROOT = path.resolve(__dirname, '../..');

export interface Compiled {
  /** The path of the JavaScript of a source file. @param source its path from the project's root. */
  pathOf(source: string): string;
  dispose(): Promise<void>;
}

/** Replaces the text `from` in a source file by `to` before it is compiled. */
export interface Edit {
  file: string;
  from: string;
  to: string;
}

/** Compiles `src`, and these other files or folders. Types are not checked. */
export function compile(...others: string[]): Promise<Compiled> {
  return compileEdited([], ...others);
}

/** Like `compile`, with some texts replaced. The source files themselves are not changed. */
export async function compileEdited(edits: readonly Edit[], ...others: string[]): Promise<Compiled> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gif-chat-compiled-'));
  await chmod(folder, 0o755);
  for (const name of ['node_modules', 'package.json', 'scripts', 'views', 'public', 'dist']) {
    await symlink(path.join(ROOT, name), path.join(folder, name));
  }
  const pathOf = (source: string) => path.join(folder, source.replace(/\.ts$/, '.js'));
  for (const source of await sourcesIn('src', ...others)) {
    const own = edits.filter(({ file }) => file === source);
    const text = own.reduce(edited, await readFile(path.join(ROOT, source), 'utf8'));
    const { code } = await transform(text, { loader: 'ts', format: 'cjs', target: 'node20' });
    await mkdir(path.dirname(pathOf(source)), { recursive: true });
    await writeFile(pathOf(source), code);
  }
  return { pathOf, dispose: () => rm(folder, { recursive: true, force: true }) };
}

/** @throws unless the text to be replaced is there exactly once. */
function edited(text: string, { file, from, to }: Edit): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`found ${String(parts.length - 1)} times in ${file}: ${from}`);
  return parts.join(to);
}

async function sourcesIn(...places: string[]): Promise<string[]> {
  const found = await Promise.all(
    places.map(async (place) => {
      if (place.endsWith('.ts')) return [place];
      const names = await readdir(path.join(ROOT, place), { recursive: true });
      // The pages' code is in the bundles.
      return names
        .filter((name) => /(?<!\.d)\.ts$/.test(name) && !name.startsWith('browser'))
        .map((name) => path.join(place, name));
    }),
  );
  return found.flat();
}

/** Carries out a Dockerfile in plain folders: no container, no image that it begins with, and the Node that is here. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { NOBODY } from './nginx';

const run = promisify(execFile);

export interface Image {
  /** The folder that would be `/`. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  /** What `CMD` and `HEALTHCHECK` run. */
  command: string[];
  health: string[];
}

/** @param context the project. @param folder where the stages go, one folder each. @returns the last stage. */
export async function buildImage(context: string, folder: string): Promise<Image> {
  const stages = new Map<string, Image>();
  let image: Image | undefined;
  for (const line of await instructionsOf(path.join(context, 'Dockerfile'))) {
    const [, what = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    if (what === 'FROM') {
      const name = / AS (\w+)$/.exec(rest)?.[1] ?? 'last';
      image = { root: path.join(folder, name), workdir: '/', env: {}, command: [], health: [] };
      stages.set(name, image);
      await mkdir(image.root, { mode: 0o755 });
    } else if (image !== undefined) {
      await carryOut(what, rest, image, context, stages);
    }
  }
  if (image === undefined) throw new Error('there is no FROM');
  return image;
}

/** Runs a command of the image as the user without rights, who also stands for the image's. */
export function inImage({ root, workdir, env }: Image, command: string[]) {
  const [program = '', ...args] = command;
  return {
    program: program === 'node' ? process.execPath : program,
    args,
    options: { ...NOBODY, cwd: path.join(root, workdir), env: { PATH: process.env['PATH'], ...env } },
  };
}

async function carryOut(
  what: string,
  rest: string,
  image: Image,
  context: string,
  stages: Map<string, Image>,
): Promise<void> {
  const { root } = image;
  if (what === 'WORKDIR') {
    image.workdir = rest;
    await mkdir(path.join(root, rest), { recursive: true });
  } else if (what === 'ENV') {
    for (const [, name = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) {
      image.env[name] = value.startsWith('/') ? path.join(root, value) : value;
    }
  } else if (what === 'COPY') {
    const [, stage, files = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest) ?? [];
    const names = files.split(' ');
    const to = names.pop() ?? '';
    for (const name of names) {
      const from =
        stage === undefined ? path.join(context, name) : path.join(stages.get(stage)?.root ?? '', name);
      const target = path.resolve(root, image.workdir.slice(1), to);
      const isInto = to.endsWith('/') && (await stat(from)).isFile();
      await cp(from, isInto ? path.join(target, path.basename(from)) : target, { recursive: true });
    }
  } else if (what === 'RUN') {
    const nobody = `${String(NOBODY.uid ?? process.getuid?.())}:${String(NOBODY.gid ?? process.getgid?.())}`;
    const own = rest.replace(/ (\/srv)/g, ` ${root}$1`).replace('node:node', nobody);
    await run('sh', ['-ec', own], { cwd: path.join(root, image.workdir) });
  } else if (what === 'CMD') {
    image.command = JSON.parse(rest) as string[];
  } else if (what === 'HEALTHCHECK') {
    image.health = JSON.parse(rest.slice(rest.indexOf('['))) as string[];
  } else if (!['USER', 'EXPOSE'].includes(what)) {
    throw new Error(`${what} is not known here`);
  }
}

/** One for each line, with those that go on joined, and without comments. */
async function instructionsOf(file: string): Promise<string[]> {
  const text = (await readFile(file, 'utf8')).replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '');
  return text.split('\n').filter((line) => line !== '');
}

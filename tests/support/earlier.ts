/** The data that an earlier version of the program left (`tests/fixtures`), and what its people saw then. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { mongo, type Connection } from 'mongoose';
import type { Person } from './app';
import type { SentChat } from '../../src/types/events';

const run = promisify(execFile);

/** One folder for each version, which `make.ts` made. */
export const FIXTURES = path.resolve(__dirname, '../fixtures');
/** What is in such a folder: the files and what was seen, once for each store; and the embedded store's backup. */
export const FILES = {
  files: 'files.tar.gz',
  seen: 'seen.json',
  documents: 'documents.json',
  backup: 'backup.tar',
};

export type Kind = 'embedded' | 'mongodb';

export const NAMES = ['mina', 'jun', 'sol', 'ari'] as const;
export type Name = (typeof NAMES)[number];

/** An entry of a log as HTTP told it. */
export type SeenChat = Pick<SentChat, 'seq' | 'kind' | 'user' | 'color' | 'createdAt'> & {
  chat?: string;
  gif?: string;
};

interface SeenRoom {
  _id: string;
  title: string;
  /** As people type it; empty for an open room. */
  password: string;
  log: SeenChat[];
}

export interface Seen {
  cookieSecret: string;
  people: Record<Name, { id: string; cookie: string }>;
  /** `open` is Mina's and has everything in its log; Mina let Jun into `secret` and kicked Sol out of it. */
  rooms: Record<'open' | 'secret' | 'ephemeral' | 'empty', SeenRoom>;
  /** A room that was closed, and not cleared yet. */
  closed: { _id: string; gif: string };
  /** A chat of Mina's in the open room, which may be sent again. */
  sent: { chat: string; nonce: string; seq: number };
  /** The newest `seq` of the ephemeral room, which keeps no log. */
  ephemeralSeq: number;
}

/** The names of the versions, oldest first. */
export function earlierVersions(): string[] {
  return readdirSync(FIXTURES)
    .filter((name) => /^v\d+$/.test(name))
    .sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)));
}

export async function seenIn(version: string, kind: Kind): Promise<Seen> {
  return JSON.parse(await readFile(path.join(FIXTURES, version, kind, FILES.seen), 'utf8')) as Seen;
}

/** All of a room's log, as its reader gets it page by page. */
export async function logOf(who: Person, room: string): Promise<SeenChat[]> {
  const log: SeenChat[] = [];
  for (;;) {
    const { body } = await who.http
      .get(`/room/${room}/chats?after=${String(log.length)}&limit=100`)
      .expect(200);
    const { chats, more } = body as { chats: SeenChat[]; more: boolean };
    log.push(
      ...chats.map(({ seq, kind, user, color, chat, gif: sent, createdAt }) => ({
        ...{ seq, kind, user, color, createdAt },
        ...(chat !== undefined && { chat }),
        ...(sent !== undefined && { gif: sent }),
      })),
    );
    if (!more) return log;
  }
}

/** Puts the version's files into a folder: `uploads`, and for the embedded store `data`. */
export async function unpack(version: string, kind: Kind, folder: string): Promise<void> {
  // Without -o, tar gives the files to the user who packed them when root unpacks.
  await run('tar', ['-xzof', path.join(FIXTURES, version, kind, FILES.files), '-C', folder]);
}

/** Packs what `unpack` puts there. */
export async function pack(file: string, folder: string, names: string[]): Promise<void> {
  await run('tar', ['-czf', file, '-C', folder, ...names]);
}

/** All documents of a database as extended JSON, by collection, with the very number types that are stored. */
export async function dump(connection: Connection): Promise<string> {
  const documents: Record<string, mongo.Document[]> = {};
  for (const { name } of await connection.listCollections()) {
    documents[name] = await connection.collection(name).find({}, { promoteValues: false }).toArray();
  }
  return `${mongo.BSON.EJSON.stringify(documents, undefined, 1, { relaxed: false })}\n`;
}

/** Puts the documents of the version into a database, which is empty. */
export async function load(version: string, connection: Connection): Promise<void> {
  const text = await readFile(path.join(FIXTURES, version, 'mongodb', FILES.documents), 'utf8');
  const documents = mongo.BSON.EJSON.parse(text, { relaxed: false }) as Record<string, mongo.Document[]>;
  for (const [name, all] of Object.entries(documents)) await connection.collection(name).insertMany(all);
}

/** The source files that the lab's pages show. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The files of each page, by the name of the page. */
export const LISTINGS = {
  ws: ['ws.ts'],
  socketio: ['socketio.ts'],
  chat: ['chat.ts'],
  compare: ['short-polling.ts', 'long-polling.ts', 'event-stream.ts', 'counter-socket.ts'],
  rooms: ['rooms.ts'],
} as const;

/** The names of all these files. No other file of this folder is shown. */
export const LISTED_FILES: readonly string[] = Object.values(LISTINGS).flat();

/** Reads a source file. The build copies it beside its compiled file (`tools/listings.ts`). */
export function readListing(file: string): Promise<string> {
  return readFile(path.join(__dirname, file), 'utf8');
}

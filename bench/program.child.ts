/** The program in a process that is measured, as it is. */
import type { Server } from 'socket.io';
import { answerQuestions } from './holdings';
import { loadConfig } from '../src/config';
import { start } from '../src/start';
import { noteServers } from '../tests/support/note-servers';

async function main(): Promise<void> {
  const servers: Server[] = [];
  noteServers((io) => servers.push(io));
  const running = await start(loadConfig(process.env));
  process.once('SIGTERM', () => void running.stop().then(() => process.exit()));
  answerQuestions(running.port, servers);
}

void main();

/** The program: load config → start → stop when told to. The only place that exits. */
// First of all: what follows may not even load where Node is too old.
import '../scripts/node-version';
import { loadConfig, warningsOf } from './config';
import { logger } from './logger';
import { start, type Running } from './start';
import { reasonOf } from './system-error';

let running: Running | undefined;
/** What the process ends with, once it is ending. */
let exitCode: number | undefined;

async function main(): Promise<void> {
  const config = loadConfig();
  logger.setLevel(config.log);
  for (const warning of warningsOf()) logger.warn(warning);
  running = await start(config);
  const people = config.publicUrl === undefined ? '' : `, for people at ${config.publicUrl.href}`;
  logger.info(`listening on ${running.url}${people}`);
}

/**
 * In order, within 8 s; at once while it starts. A terminal and npm may both send a signal, so that it comes twice: the
 * first one counts.
 */
function stop(code: number): void {
  if (exitCode !== undefined) return;
  exitCode = code;
  const stopped = running === undefined ? Promise.resolve() : running.stop();
  void stopped.then(() => process.exit(code));
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (exitCode === undefined) logger.info(`${signal}: stopping`);
    stop(0);
  });
}

// Somebody forgot to wait for something. What is stored is whole, since a commit is done or not: the others go on.
process.on('unhandledRejection', (error) => {
  logger.fault('nobody waited for what failed', error);
});

// Something ended in the middle, and nobody knows what it left half done: others shall go on with a fresh process.
process.on('uncaughtException', (error) => {
  logger.fault('stopping, as nobody caught', error);
  stop(1);
});

main().catch((error: unknown) => {
  // One clear line for whoever starts it; the stack would say nothing more.
  logger.error(reasonOf(error));
  process.exit(1);
});

/** The program: loads the configuration, starts, and stops on a signal. Only this file ends the process. */
// This must be first: if Node is too old, the other imports may fail before anything can say why.
import '../scripts/node-version';
import { loadConfig, warningsOf } from './config';
import { logger } from './logger';
import { start, type Running } from './start';
import { reasonOf } from './system-error';

let running: Running | undefined;
/** The exit code of the process; undefined until it begins to stop. */
let exitCode: number | undefined;

async function main(): Promise<void> {
  const config = loadConfig();
  logger.setLevel(config.log);
  const { stdout } = process;
  // `hasColors` is false with NO_COLOR in the environment.
  if (stdout.isTTY && !config.isProduction) logger.useTerminal({ isColored: stdout.hasColors() });
  for (const warning of warningsOf()) logger.warn(warning);
  running = await start(config);
  const people = config.publicUrl === undefined ? '' : `, for people at ${config.publicUrl.href}`;
  logger.info(`listening on ${running.url}${people}`);
}

/**
 * Stops in order, within 8 s. While the program is still starting, it stops at once. Only the first call counts, because a
 * terminal and npm may both send the same signal.
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

// What reads the log may end before us, for example the `head` of a pipe. Without a listener each entry would then be an
// uncaught exception, which is logged, which is the next one: the program would be busy with that for ever.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// A promise that our code did not await has failed. We go on: nothing is half stored, since commits are stored as a whole.
process.on('unhandledRejection', (error) => {
  logger.fault('nobody waited for what failed', error);
});

// An error ended a function in the middle, so the state in memory may be wrong. We stop; a supervisor starts a new process.
process.on('uncaughtException', (error) => {
  logger.fault('stopping, as nobody caught', error);
  stop(1);
});

main().catch((error: unknown) => {
  // One clear line for the person who starts the program. The stack would not help them.
  logger.error(reasonOf(error));
  process.exit(1);
});

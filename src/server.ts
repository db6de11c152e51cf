/** The program: load config → start → stop when told to. The only place that exits. */
import { loadConfig } from './config';
import { logger } from './logger';
import { start } from './start';

async function main(): Promise<void> {
  const running = await start(loadConfig());
  logger.info(`listening on http://localhost:${String(running.port)}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info(`${signal}: stopping`);
      void running.stop().then(() => process.exit(0));
    });
  }
}

process.on('unhandledRejection', (error) => {
  logger.error(error);
});

main().catch((error: unknown) => {
  // One clear line for whoever starts it; the stack would say nothing more.
  logger.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});

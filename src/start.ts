/** Starts the program (store → services → app and sockets → listening), and stops it in the opposite order. */
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createApp } from './app';
import type { Config } from './config';
import { prepareFolder } from './folder';
import { listen, type Listening } from './listen';
import { createLab } from './lab';
import { logger } from './logger';
import { trustOf } from './middlewares/address';
import { identity } from './middlewares/identity';
import { createSameOrigin } from './middlewares/same-origin';
import { sessions } from './middlewares/session';
import { createSite } from './middlewares/site';
import { createServices, type ServiceOptions } from './services';
import { webSocket } from './socket';
import type { IdlePace } from './sockets/idle';
import { openStore } from './stores';
import type { Store } from './stores/store';

/** How long stopping may take, in ms: for finishing changes that have begun, then for sending answers, and altogether. */
const STOP_WORK = 5_000;
const STOP_ANSWERS = 1_000;
const STOP_ALL = 8_000;

/** How long a connection may be silent in the middle of a request or an answer, in ms. */
const SILENCE = 60_000;

/** What only tests change: how often things happen, and what a password costs. */
export type TestOptions = Pick<ServiceOptions, 'signPace' | 'sweepEvery' | 'passwordCost'> & {
  idlePace?: IdlePace;
};

export interface Running extends Listening {
  /** Stops the program. Resolves after 8 s at the latest, even if the store does not answer. */
  stop(): Promise<void>;
}

/**
 * Resolves when the server listens. @throws if the store cannot be opened or the port is taken; nothing is left open then.
 * @param store is used instead of the store that the configuration names.
 */
export async function start(config: Config & TestOptions, store?: Store): Promise<Running> {
  logger.setLevel(config.log);
  await prepareFolder('UPLOADS_DIR', config.uploadsDir);
  const kept = store ?? (await openStore(config));
  const server = createServer();
  // A client that neither sends nor reads for so long is gone, or wants to keep us busy. Sockets have their own signs of life.
  server.timeout = SILENCE;
  const trust = trustOf(config.trustProxy);
  const site = createSite(config.publicUrl, trust);
  const { sameOrigin, isSameOrigin } = createSameOrigin(site);
  const session = sessions(kept.sessions, config.cookieSecret, site);
  const services = createServices(kept, config);
  const { isProduction, timeZone } = config;
  const lab = config.lab
    ? createLab({ session, trust, identity: identity(services.limits), isSameOrigin })
    : undefined;
  server.on(
    'request',
    createApp({ isProduction, trust, site, sameOrigin, services, session, timeZone, lab: lab?.router }),
  );
  const sockets = webSocket(server, {
    ...{ services, session, trust, isSameOrigin, isShared: !kept.exclusive },
    seats: { socketsPerAddress: config.maxSocketsPerAddress, connections: config.maxConnections },
    rateLimits: config.rateLimits,
    idlePace: config.idlePace,
  });
  lab?.attach(server, sockets);
  site.mountOn(server);
  let listening: Listening;
  try {
    await services.start();
    listening = await listen(server, config.port, config.host);
  } catch (error) {
    await services.stop();
    await sockets.close().catch(() => undefined);
    await kept.close();
    throw error;
  }

  async function stopAll(): Promise<void> {
    await Promise.race([services.stop(), wait(STOP_WORK, undefined, { ref: false })]);
    lab?.close();
    const closed = sockets.close();
    await Promise.race([closed, wait(STOP_ANSWERS, undefined, { ref: false })]);
    server.closeAllConnections();
    await closed;
    await kept.close();
  }

  return {
    ...listening,
    async stop() {
      const isDone = await Promise.race([
        stopAll().then(
          () => true,
          (error: unknown) => {
            logger.error(error);
            return true;
          },
        ),
        wait(STOP_ALL, false, { ref: false }),
      ]);
      if (!isDone) logger.warn('not everything ended in time');
    },
  };
}

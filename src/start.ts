/** Everything put together: store → services → app and sockets → listening; and its end, in the other order. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import proxyAddress from 'proxy-addr';
import { createApp } from './app';
import type { Config } from './config';
import { createLab } from './lab';
import { logger } from './logger';
import { identity } from './middlewares/identity';
import { isSameOrigin } from './middlewares/same-origin';
import { sessions } from './middlewares/session';
import { createServices } from './services';
import { webSocket } from './socket';
import { openStore } from './stores';
import type { Store } from './stores/store';

/** How long what is under way may take when the process stops, in ms; then how long answers; and all of stopping. */
const STOP_WORK = 5_000;
const STOP_ANSWERS = 1_000;
const STOP_ALL = 8_000;

export interface Running {
  port: number;
  /** Ends it all within 8 s, whatever the store does. */
  stop(): Promise<void>;
}

/**
 * Resolves when it listens. @throws when the store or the port cannot be had; nothing is left open then.
 * @param store is used instead of the one that the configuration names.
 */
export async function start(config: Config, store?: Store): Promise<Running> {
  logger.setLevel(config.log);
  const kept = store ?? (await openStore(config));
  const server = createServer();
  const trustProxy = trustOf(config.trustProxy);
  const session = sessions(kept.sessions, config.cookieSecret);
  const services = createServices(kept, config);
  const { cookieSecret, isProduction } = config;
  const lab = config.lab
    ? createLab({
        session,
        trustProxy,
        identity: identity(services.limits),
        isSameOrigin: ({ headers }) => isSameOrigin(headers),
      })
    : undefined;
  server.on(
    'request',
    createApp({ cookieSecret, isProduction, trustProxy, services, session, lab: lab?.router }),
  );
  const sockets = webSocket(server, { services, session, trustProxy, isShared: !kept.exclusive });
  lab?.attach(server, sockets.io);
  try {
    await services.start();
    server.listen(config.port, config.host);
    await once(server, 'listening');
  } catch (error) {
    await services.stop();
    await sockets.close().catch(() => undefined);
    await kept.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;

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
    port,
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

/** Which proxies' word is taken for a client's address: so many hops, or those of these networks, or none. */
function trustOf(trust: Config['trustProxy']): (address: string, hop: number) => boolean {
  if (trust === false) return () => false;
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  return proxyAddress.compile(trust);
}

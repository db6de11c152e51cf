/** The Express app. It does not listen; start.ts gives it to the HTTP server. */
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import morgan from 'morgan';
import nunjucks from 'nunjucks';
import { createFilters } from './filters';
import { logger, redactUrl } from './logger';
import { createAssets } from './middlewares/assets';
import { compressed } from './middlewares/compression';
import { errorHandler, notFound } from './middlewares/errors';
import type { Trust } from './middlewares/address';
import { headers } from './middlewares/headers';
import { keepsLanguage, speaks } from './middlewares/language';
import type { SameOrigin } from './middlewares/same-origin';
import type { Site } from './middlewares/site';
import { themed } from './middlewares/theme';
import { createRoomRow } from './room-rows';
import { routes } from './routes';
import type { Services } from './services';

/** The largest body of a request, in bytes: enough for a chat of 2,000 characters in any encoding. */
const MAX_BODY_BYTES = 65_536;
const ROOT = path.resolve(__dirname, '..');

interface Deps {
  isProduction: boolean;
  trust: Trust;
  site: Site;
  sameOrigin: SameOrigin['sameOrigin'];
  services: Services;
  session: RequestHandler;
  /** The zone of the times on the pages, for readers without scripts. */
  timeZone: string;
  /** Answers everything under `/lab`. Undefined if the lab is switched off. */
  lab: RequestHandler | undefined;
}

/** Makes the app. A request passes the middlewares in the order in which they are named here. */
export function createApp({
  isProduction,
  trust,
  site,
  sameOrigin,
  services,
  session,
  timeZone,
  lab,
}: Deps): Express {
  const app = express();
  app.set('trust proxy', trust);
  app.set('x-powered-by', false);
  // A page has a new nonce in every answer, so a tag of a page would never match. Files have their own tags.
  app.set('etag', () => undefined);
  const views = nunjucks.configure(path.join(ROOT, 'views'), {
    express: app,
    autoescape: true,
    noCache: !isProduction,
  });
  // Every template needs these names. Other values reach a macro only if it is imported `with context`.
  views.addGlobal('base', site.path);
  views.addGlobal('timeZone', timeZone);
  for (const [name, filter] of Object.entries(createFilters(timeZone))) views.addFilter(name, filter);
  const assets = createAssets({ isProduction });
  views.addGlobal('roomRow', createRoomRow(views, isProduction));
  views.addGlobal('asset', (name: string) => site.path + assets.urlOf(name));

  app.use(themed);
  // On a developer's terminal, the many files of the pages would hide the requests that matter. So they are not logged there.
  if (logger.isOnTerminal()) app.use(speaks, headers(site), assets.serve, accessLog);
  else app.use(accessLog, speaks, headers(site), assets.serve);
  app.use(keepsLanguage(site));
  app.use(compressed);
  app.use(sameOrigin);
  app.use(express.json({ limit: MAX_BODY_BYTES }));
  app.use(express.urlencoded({ extended: false, limit: MAX_BODY_BYTES }));
  app.use(routes(services, session));
  if (lab !== undefined) app.use('/lab', session, lab);
  app.locals['hasLab'] = lab !== undefined;
  app.use(notFound);
  app.use(errorHandler);
  return app;
}

// A router that is mounted below a path takes that path off `url` and keeps the whole in `originalUrl`.
morgan.token('safe-url', (req: IncomingMessage & { originalUrl?: string }) =>
  redactUrl(req.originalUrl ?? req.url ?? ''),
);
const lineOf = morgan.compile(':method :safe-url :status :response-time ms');
const logRequest = morgan((tokens, req, res) => {
  // A client that has gone gets no answer, and then there is no status.
  logger.request(String(lineOf(tokens, req, res)), res.headersSent ? res.statusCode : undefined);
  return undefined;
});

/** Logs requests. If the log's level leaves such lines out, they are not made at all. */
const accessLog: RequestHandler = (req, res, next) => {
  // A comparison of the lab asks several times a second, and its own page shows how often.
  const isTooMuch = logger.isOnTerminal() && req.path.startsWith('/lab/compare/runs/');
  if (logger.isWritten('info') && !isTooMuch) logRequest(req, res, next);
  else next();
};

/** The Express app: it never listens. */
import path from 'node:path';
import cookieParser from 'cookie-parser';
import express, { type Express, type RequestHandler } from 'express';
import morgan from 'morgan';
import nunjucks from 'nunjucks';
import { filters } from './filters';
import { logger, redactUrl } from './logger';
import { createAssets } from './middlewares/assets';
import { compressed } from './middlewares/compression';
import { errorHandler, notFound } from './middlewares/errors';
import { headers } from './middlewares/headers';
import { sameOrigin } from './middlewares/same-origin';
import { routes } from './routes';
import type { Services } from './services';

/** Enough for a chat of 2,000 characters however it is encoded, in bytes. */
const MAX_BODY_BYTES = 65_536;
const ROOT = path.resolve(__dirname, '..');

interface Deps {
  cookieSecret: string;
  isProduction: boolean;
  trustProxy: (address: string, hop: number) => boolean;
  services: Services;
  session: RequestHandler;
  /** What is under `/lab`, unless it is switched off. */
  lab: RequestHandler | undefined;
}

export function createApp({ cookieSecret, isProduction, trustProxy, services, session, lab }: Deps): Express {
  const app = express();
  app.set('trust proxy', trustProxy);
  app.set('x-powered-by', false);
  const views = nunjucks.configure(path.join(ROOT, 'views'), {
    express: app,
    autoescape: true,
    noCache: !isProduction,
  });
  for (const [name, filter] of Object.entries(filters)) views.addFilter(name, filter);
  const assets = createAssets({ isProduction });
  views.addGlobal('asset', assets.urlOf);

  app.use(accessLog);
  app.use(headers);
  app.use(assets.serve);
  app.use(compressed);
  app.use(sameOrigin);
  app.use(express.json({ limit: MAX_BODY_BYTES }));
  app.use(express.urlencoded({ extended: false, limit: MAX_BODY_BYTES }));
  app.use(cookieParser(cookieSecret));
  app.use(session);
  app.use(routes(services));
  if (lab !== undefined) app.use('/lab', lab);
  app.locals['hasLab'] = lab !== undefined;
  app.use(notFound);
  app.use(errorHandler);
  return app;
}

morgan.token('safe-url', (req) => redactUrl(req.url ?? ''));
const accessLog = morgan(':method :safe-url :status :response-time ms', {
  // A line is not even made when nobody reads it.
  skip: () => !logger.isWritten('info'),
  stream: {
    write: (line) => {
      logger.info(line.trimEnd());
    },
  },
});

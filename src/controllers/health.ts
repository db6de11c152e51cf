/** Tells whether this process can serve people. A supervisor or a load balancer asks for it. */
import type { RequestHandler } from 'express';
import type { Services } from '../services';

/** Its handler answers 200 or 503. */
export function healthController({ health: { check } }: Services) {
  const health: RequestHandler = async (_req, res) => {
    try {
      await check();
      res.json({ status: 'ok' });
    } catch {
      res.status(503).json({ status: 'unavailable' });
    }
  };
  return { health };
}

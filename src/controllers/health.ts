/** Whether this process can serve: it answers, and so does its store. */
import type { RequestHandler } from 'express';
import type { Services } from '../services';

export function healthController({ ping }: Services) {
  const health: RequestHandler = async (_req, res) => {
    try {
      await ping();
      res.json({ status: 'ok' });
    } catch {
      res.status(503).json({ status: 'unavailable' });
    }
  };
  return { health };
}

/** Short polling: the client asks again and again, and is answered at once, with news or without. */
import type { RequestHandler } from 'express';
import type { Source } from './source';
import type { Count } from '../types/lab';

export function shortPolling(counter: Source<Count>): RequestHandler {
  return (_req, res) => {
    res.set('Cache-Control', 'no-store').json(counter.value);
  };
}

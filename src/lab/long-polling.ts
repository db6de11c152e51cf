/** Long polling: the answer waits until there is something new. Then the client asks again. */
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Source } from './source';
import type { Count } from '../types/lab';

/** How long an answer may wait, in ms: many proxies cut connections that are silent for a minute. */
const PATIENCE = 20_000;
/** The count that the client has seen last. Without one, it gets the present count at once. */
const query = z.object({ after: z.coerce.number().catch(-1) });

export function longPolling(counter: Source<Count>): RequestHandler {
  return (req, res) => {
    const { after } = query.parse(req.query);
    res.on('close', stopWaiting);
    const timer = setTimeout(answer, PATIENCE);
    counter.once('change', answer);
    if (counter.value.count > after) answer();

    function answer(): void {
      stopWaiting();
      if (res.writableEnded) return;
      res.set('Cache-Control', 'no-store').json(counter.value);
    }

    function stopWaiting(): void {
      clearTimeout(timer);
      counter.off('change', answer);
    }
  };
}

/** Long polling: the answer waits until there is something new. Then the client asks again. */
import type { RequestHandler } from 'express';
import type { Source } from './source';
import type { Count } from '../types/lab';

/** How long an answer may wait, in ms: many proxies cut connections that are silent for a minute. */
const PATIENCE = 20_000;

/** The query `after` is the count that the client has seen last. */
export function longPolling(counter: Source<Count>): RequestHandler {
  return (req, res) => {
    res.on('close', stopWaiting);
    const timer = setTimeout(answer, PATIENCE);
    counter.once('change', answer);
    if (counter.value.count > Number(req.query['after'])) answer();

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

/** Server-Sent Events: an answer that never ends. A browser reads it by `EventSource`. */
import type { RequestHandler } from 'express';
import type { Source } from './source';

/** Every change is one event: a line `data: …` and an empty line behind it. */
export function eventStream(source: Source<unknown>): RequestHandler {
  return (_req, res) => {
    // Compressors and proxies must not hold lines back to send them together.
    res.set({ 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' });
    res.type('text/event-stream');
    tell();
    source.on('change', tell);
    res.on('close', () => {
      source.off('change', tell);
    });

    function tell(): void {
      if (res.writableEnded) return;
      res.write(`data: ${JSON.stringify(source.value)}\n\n`);
    }
  };
}

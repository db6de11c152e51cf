/** Server-Sent Events: an answer that never ends. A browser reads it by `EventSource`. */
import type { RequestHandler } from 'express';
import type { Source } from './source';

/** Every change is one event: a line `data: …` and an empty line behind it. */
export function eventStream(source: Source<unknown>): RequestHandler {
  return (req, res) => {
    // Without this, compressors and proxies could collect lines and send them later.
    res.set({ 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' });
    res.type('text/event-stream');
    // HEAD asks for the headers alone. Node sends them with the first write, and drops all writes of such an answer.
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
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

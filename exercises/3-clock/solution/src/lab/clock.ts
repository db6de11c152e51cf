/** A clock by Server-Sent Events. */
import type { RequestHandler } from 'express';

/** How often the time is told, in ms. */
const EVERY = 1_000;

export const clock: RequestHandler = (_req, res) => {
  res.set({ 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' });
  res.type('text/event-stream');
  tell();
  const timer = setInterval(tell, EVERY);
  // Without this the timer would go on for ever after the browser has gone.
  res.on('close', () => {
    clearInterval(timer);
  });

  function tell(): void {
    if (!res.writableEnded) res.write(`data: ${new Date().toISOString()}\n\n`);
  }
};

/** An answer that stays open (an event stream, or a poll that waits) needs a seat of the lab, as a socket does. */
import type { Request, RequestHandler, Response } from 'express';
import type { Ending } from './ending';
import type { Seats } from './seats';
import { visitorOf } from './visitor';
import type { Trust } from '../../middlewares/address';
import { wordsFor } from '../../middlewares/language';
import { Refusal } from '../../rules/refusal';

/** A middleware for handlers whose answers stay open. @throws Refusal NO_SEAT. */
export function httpDoor(seats: Seats, trust: Trust): RequestHandler {
  return (req, res, next) => {
    // The client may have gone while the session was read. Then no `close` comes, and the seat would stay taken.
    if (res.closed) return;
    const seat = seats.take(visitorOf(req, trust), (why) => endAnswer(req, res, why));
    if ('refused' in seat) throw new Refusal('NO_SEAT');
    res.on('close', () => seat.leave());
    next();
  };
}

/**
 * An event stream tells the page why it ends, so that the page does not connect again. A poll that waits has sent nothing
 * yet: if its comparison is over, it gets what every later request to it gets. All other answers end by themselves; they may
 * be under way for a moment, because a session is kept before the last byte is sent.
 */
export function endAnswer(req: Request, res: Response, why: Ending): void {
  if (!res.headersSent) {
    res.status(why === 'over' ? 404 : 503).end();
  } else if (!res.writableEnded && res.get('Content-Type')?.startsWith('text/event-stream') === true) {
    res.write(`event: ended\ndata: ${wordsFor(req).endings[why]}\n\n`);
    res.end();
  }
}

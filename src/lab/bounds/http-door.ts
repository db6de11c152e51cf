/** Answers that stay open, as an event stream and a waiting poll do, hold a seat of the lab like any socket. */
import type { RequestHandler, Response } from 'express';
import type { Ending } from './ending';
import type { Seats } from './seats';
import { visitorOf } from './visitor';
import type { Trust } from '../../middlewares/address';
import { endings } from '../../locales/lab';
import { Refusal } from '../../rules/refusal';

/** Stands before a handler whose answer stays open. @throws Refusal RATE_LIMITED when there is no seat. */
export function httpDoor(seats: Seats, trust: Trust): RequestHandler {
  return (req, res, next) => {
    const seat = seats.take(visitorOf(req, trust), (why) => endAnswer(res, why));
    if ('refused' in seat) throw new Refusal('RATE_LIMITED');
    res.on('close', () => seat.leave());
    next();
  };
}

/** An event stream says why it ends, so that the page does not connect again. Other answers have not begun yet. */
export function endAnswer(res: Response, why: Ending): void {
  if (res.writableEnded) return;
  if (res.headersSent) res.write(`event: ended\ndata: ${endings[why]}\n\n`);
  else res.status(503);
  res.end();
}

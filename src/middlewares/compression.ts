/**
 * Pages and JSON go out compressed, where the client takes it.
 *
 * The length of a compressed text tells a listener on the line how much of it repeats itself. Who may put text of their own
 * into an answer could so guess at a secret in the same answer (BREACH). It is safe here: the nonce of the style is another
 * one in each answer, passwords and cookies stand in no page, and other sites can neither post to ours nor read it in
 * somebody's name. What is private in a room's page is its chats, and only people who may read them can add to them.
 * @source https://breachattack.com
 */
import { gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

/** Shorter texts, in characters, fit into a packet anyway. */
const SHORT = 1_000;
/**
 * A page of 22 kB takes 0.06 ms and becomes 2.6 kB; level 6 would take twice as long for 0.2 kB less, and another thread,
 * by way of its queue, three times.
 */
const LEVEL = 3;

/** What `send`, `json` and `render` send as a text. Files and streams go another way. */
export const compressed: RequestHandler = (req, res, next) => {
  const send = res.send.bind(res);
  res.send = (body: unknown) => {
    if (typeof body !== 'string' || body.length < SHORT) return send(body);
    res.vary('Accept-Encoding');
    if (req.acceptsEncodings('gzip') !== 'gzip') return send(body);
    if (res.get('Content-Type') === undefined) res.type('html');
    res.set('Content-Encoding', 'gzip');
    return send(gzipSync(body, { level: LEVEL }));
  };
  next();
};

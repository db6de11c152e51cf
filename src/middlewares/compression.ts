/**
 * Compresses pages and JSON for clients that accept it.
 *
 * The length of a compressed answer shows how much of it repeats itself. An attacker who sees the length, and can put text
 * into an answer, could guess a secret in the same answer (BREACH). Here this is safe: each answer has a new nonce, no page
 * contains a password or a cookie, and other sites cannot post to ours. The private part of a room's page is its chats, and
 * only people who may read them can add to them.
 * @source https://breachattack.com
 */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

/** Texts of fewer characters are not compressed: they fit into one packet anyway. */
const SHORT = 1_000;
/** At this quality, Brotli takes no longer than gzip, and a page is a tenth smaller. Quality 5 takes twice as long. */
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } };
/**
 * The ways to compress a text, of which the first one that a client accepts is used. They do not run in another thread:
 * because of its queue, that takes three times as long.
 */
const CODINGS: [name: string, compress: (text: string) => Buffer][] = [
  ['br', (text) => brotliCompressSync(text, FAST)],
  ['gzip', (text) => gzipSync(text, { level: 3 })],
];

/** Compresses texts that are sent by `send`, `json` or `render`, but no files and no streams. */
export const compressed: RequestHandler = (req, res, next) => {
  const send = res.send.bind(res);
  res.send = (body: unknown) => {
    if (typeof body !== 'string' || body.length < SHORT) return send(body);
    res.vary('Accept-Encoding');
    const accepted = req.acceptsEncodings();
    const [coding, compress] = CODINGS.find(([name]) => accepted.includes(name)) ?? [];
    if (coding === undefined || compress === undefined) return send(body);
    if (res.get('Content-Type') === undefined) res.type('html');
    res.set('Content-Encoding', coding);
    return send(compress(body));
  };
  next();
};

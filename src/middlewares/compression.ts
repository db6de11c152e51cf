/**
 * Pages and the history's JSON go out compressed, where the client takes it.
 *
 * The length of a compressed text tells a listener on the line how much of it repeats itself. Who may put text of their own
 * into an answer could so guess at a secret in the same answer (BREACH). It is safe here: the nonce of the style is another
 * one in each answer, passwords and cookies stand in no page, and other sites can neither post to ours nor read it in
 * somebody's name. What is private in a room's page is its chats, and only people who may read them can add to them.
 * @source https://breachattack.com
 */
import compression from 'compression';

const COMPRESSED = /^(text\/html|application\/json)\b/;

export const compressed = compression({
  // Streams of events must not wait for more; GIFs are compressed already.
  filter: (_req, res) => COMPRESSED.test(String(res.getHeader('Content-Type'))),
});

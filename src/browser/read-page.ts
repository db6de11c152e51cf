/** A page of a room's history, over HTTP. */

/** @typedef {{ chats: import('../types/events.js').SentChat[]; more: boolean }} Page */

/** How long an answer is waited for, in ms. */
const PATIENCE = 15_000;

/**
 * @param {string} room
 * @param {string} range `before=<seq>`, `after=<seq>`, or nothing for the newest
 * @returns {Promise<Page>}
 */
export async function readPage(room, range) {
  const response = await fetch(`/room/${room}/chats?${range}`, {
    headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

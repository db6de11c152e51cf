/** Texts on their way: one at a time, in order, each until the server has it; the same nonce makes it stored once. */
import { backoff, isTransient } from './connection.js';
import { createDelivery } from './delivery.js';
import { newNonce } from './nonce.js';

/** So many unanswered or refused tries, and the writer is asked. */
const MAX_TRIES = 5;

/** @typedef {{ nonce: string; text: string; tries: number; delivery: ReturnType<typeof createDelivery> }} Letter */

/**
 * @param {object} parts
 * @param {string} parts.room
 * @param {ReturnType<typeof import('./log.js').createLog>} parts.log
 * @param {ReturnType<typeof import('./connection.js').createConnection>} parts.connection
 */
export function createOutbox({ room, log, connection }) {
  /** @type {Letter[]} */
  const queue = [];
  let isBusy = false;

  async function work() {
    const [letter] = queue;
    if (isBusy || !letter || !connection.isReady()) return;
    isBusy = true;
    const answer = await connection.request('chat', { room, chat: letter.text, nonce: letter.nonce });
    isBusy = false;
    if (answer?.ok) {
      queue.shift();
      log.confirm(letter.nonce, answer.seq);
      connection.expect(answer.seq);
      void work();
    } else if (connection.isReady()) {
      handleFailure(letter, answer);
    }
    // Without a connection it waits for the next join.
  }

  /** @param {Letter} letter @param {import('../src/types/events.js').Refused | undefined} refused */
  function handleFailure(letter, refused) {
    letter.tries += 1;
    // Who lost the place takes it again; that also works the queue again.
    if (refused?.code === 'NOT_ADMITTED' && letter.tries < MAX_TRIES) void connection.join();
    else if ((refused === undefined || isTransient(refused)) && letter.tries < MAX_TRIES) {
      setTimeout(work, backoff(letter.tries - 1));
    } else {
      queue.shift();
      letter.delivery.failed(refused?.message ?? '보내지 못했습니다.', refused?.code !== 'BAD_REQUEST');
      void work();
    }
  }

  return {
    work,
    isEmpty: () => queue.length === 0,

    /** @param {string} text */
    send(text) {
      const nonce = newNonce();
      const delivery = createDelivery(log.addText(nonce, text), {
        retry() {
          delivery.sending();
          queue.push({ nonce, text, tries: 0, delivery });
          void work();
        },
        discard: () => log.discard(nonce),
      });
      queue.push({ nonce, text, tries: 0, delivery });
      void work();
    },

    /** Nothing more will be sent. @param {string} why */
    close(why) {
      for (const { delivery } of queue.splice(0)) delivery.failed(why, false);
    },
  };
}

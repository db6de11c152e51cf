/** Whispering: to whom, until one stops, so that what follows a whisper is not said aloud by mistake. */
import { paint } from './colors.js';
import { fill, find } from './dom.js';

/** @typedef {import('../types/events.js').PersonRef} PersonRef */

/**
 * @param {object} parts
 * @param {string} parts.room
 * @param {HTMLElement} parts.bar says to whom
 * @param {HTMLElement} parts.field
 * @param {ReturnType<typeof import('./connection.js').createConnection>} parts.connection
 */
export function createWhisper({ room, bar, field, connection }) {
  /** @type {PersonRef | undefined} */
  let target;
  find('button', HTMLButtonElement, bar).addEventListener('click', stop);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) stop();
  });

  function stop() {
    target = undefined;
    bar.hidden = true;
    field.removeAttribute('aria-describedby');
    field.focus();
  }

  return {
    isOn: () => target !== undefined,

    /** @param {PersonRef} who */
    start(who) {
      target = who;
      fill(bar, { color: who.color });
      paint(find('.person', Element, bar), who.color);
      bar.hidden = false;
      field.setAttribute('aria-describedby', bar.id);
      field.focus();
    },

    /** @param {string} text @returns {Promise<string>} what went wrong, empty when nothing did */
    async send(text) {
      // Who stops before the answer comes has still whispered to this one.
      const who = target;
      if (who === undefined) return '';
      const answer = await connection.request('whisper', { room, to: who.id, chat: text });
      if (answer === undefined) return '귓속말을 보내지 못했습니다.';
      if (answer.ok) return '';
      return answer.code === 'BAD_REQUEST' ? `${who.color}님은 지금 이 방에 없습니다.` : answer.message;
    },
  };
}

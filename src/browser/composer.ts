/** Where one writes. */
import { onEnter } from './ime.js';

/** In characters as people count them. */
const MAX_LENGTH = 2_000;

/**
 * @param {object} parts
 * @param {HTMLFormElement} parts.form
 * @param {HTMLTextAreaElement} parts.field
 * @param {ReturnType<typeof import('./outbox.js').createOutbox>} parts.outbox
 * @param {ReturnType<typeof import('./whisper.js').createWhisper>} parts.whisper
 * @param {ReturnType<typeof import('./typing.js').createTyping>} parts.typing
 * @param {(text: string) => void} parts.onProblem
 */
export function createComposer({ form, field, outbox, whisper, typing, onProblem }) {
  /** Whispers on their way. They stand in the field until they went out: a second Enter must not say them aloud. @type {Set<string>} */
  const whispering = new Set();
  // The browser's own bubble about an empty field is for those without scripts.
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  onEnter(field, send);
  field.addEventListener('input', () => {
    fit();
    // A whisper is nobody else's business.
    if (field.value !== '' && !whisper.isOn()) typing.typed();
    else typing.stop();
  });

  async function send() {
    const text = field.value.trim();
    if (text === '' || whispering.has(text)) return;
    const { length } = [...text];
    if (length > MAX_LENGTH) {
      onProblem(
        `${MAX_LENGTH.toLocaleString()}자까지 보낼 수 있습니다. 지금은 ${length.toLocaleString()}자입니다.`,
      );
      return;
    }
    onProblem('');
    field.focus();
    if (!whisper.isOn()) outbox.send({ chat: text });
    else if (!(await sendWhisper(text))) return;
    // What was typed while the whisper was on its way is not sent yet.
    if (field.value.trim() !== text) return;
    typing.stop();
    field.value = '';
    fit();
  }

  /** @param {string} text @returns {Promise<boolean>} whether it went out */
  async function sendWhisper(text) {
    whispering.add(text);
    try {
      const problem = await whisper.send(text);
      onProblem(problem);
      return problem === '';
    } finally {
      whispering.delete(text);
    }
  }

  /** As tall as what is written, where CSS cannot do it. */
  function fit() {
    if (CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}

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
  let isWhispering = false;
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
    if (text === '' || isWhispering) return;
    const { length } = [...text];
    if (length > MAX_LENGTH) {
      onProblem(
        `${MAX_LENGTH.toLocaleString()}자까지 보낼 수 있습니다. 지금은 ${length.toLocaleString()}자입니다.`,
      );
      return;
    }
    onProblem('');
    if (whisper.isOn()) {
      isWhispering = true;
      const problem = await whisper.send(text);
      isWhispering = false;
      onProblem(problem);
      if (problem !== '') return;
    } else {
      outbox.send({ chat: text });
    }
    typing.stop();
    field.value = '';
    fit();
    field.focus();
  }

  /** As tall as what is written, where CSS cannot do it. */
  function fit() {
    if (CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}

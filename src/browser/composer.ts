/** Where one writes. */
import { onEnter } from './ime';
import { composerWords } from '../locales/page';
import { lengthOf, MAX_CHAT_LENGTH } from '../shared/sizes';
import type { Whispering } from './whisper';

interface Parts {
  form: HTMLFormElement;
  field: HTMLTextAreaElement;
  say: (text: string) => void;
  whisper: Pick<Whispering, 'isOn' | 'send'>;
  typing: { typed: () => void; stop: () => void };
  /** @param text empty for none */
  onProblem: (text: string) => void;
}

export function createComposer({ form, field, say, whisper, typing, onProblem }: Parts): void {
  /** Whispers on their way. They stand in the field until they went out: a second Enter must not say them aloud. */
  const whispering = new Set<string>();
  // The browser's own bubble about an empty field is for those without scripts.
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  onEnter(field, () => void send());
  field.addEventListener('input', () => {
    fit();
    // A whisper is nobody else's business.
    if (field.value !== '' && !whisper.isOn()) typing.typed();
    else typing.stop();
  });

  async function send(): Promise<void> {
    const text = field.value.trim();
    if (text === '' || whispering.has(text)) return;
    const length = lengthOf(text);
    if (length > MAX_CHAT_LENGTH) {
      onProblem(composerWords.tooLong(MAX_CHAT_LENGTH, length));
      return;
    }
    onProblem('');
    field.focus();
    if (!whisper.isOn()) say(text);
    else if (!(await sendWhisper(text))) return;
    // What was typed while the whisper was on its way is not sent yet.
    if (field.value.trim() !== text) return;
    typing.stop();
    field.value = '';
    fit();
  }

  /** @returns whether it went out */
  async function sendWhisper(text: string): Promise<boolean> {
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
  function fit(): void {
    if (CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${String(field.scrollHeight + 2)}px`;
  }
}

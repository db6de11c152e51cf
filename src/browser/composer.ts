/** The form in which people write chats and whispers. */
import type { Draft } from './draft';
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
  draft: Draft;
  /** @param text empty for none */
  onProblem: (text: string) => void;
}

export function createComposer({ form, field, say, whisper, typing, draft, onProblem }: Parts): void {
  /** Whispers that wait for the server's answer. They stay in the field, and a second Enter must not send them again. */
  const whispering = new Set<string>();
  // Without scripts the browser itself says that the field is empty. With scripts an empty field is simply not sent.
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  onEnter(field, () => void send());
  field.addEventListener('input', () => {
    fit();
    // A whisper is not kept: after a reload it would be a message to everybody.
    draft.keep(whisper.isOn() ? '' : field.value);
    // Others are not told that somebody types a whisper.
    if (field.value !== '' && !whisper.isOn()) typing.typed();
    else typing.stop();
  });

  // Before the script ran, Enter only made a line break.
  if (field.value !== field.defaultValue && field.value.endsWith('\n')) void send();
  else if (field.value === '') {
    field.value = draft.read();
    fit();
  }
  // On touch screens the focus would open the keyboard over the conversation.
  const hasKeyboard = matchMedia('(hover: hover) and (pointer: fine)').matches;
  if (hasKeyboard && document.activeElement === document.body) field.focus();

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
    // The text was changed while the whisper was sent: it stays in the field.
    if (field.value.trim() !== text) return;
    typing.stop();
    field.value = '';
    draft.keep('');
    fit();
  }

  /** @returns whether the server took it */
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

  /** Makes the field as tall as its text, in browsers whose CSS cannot do it. */
  function fit(): void {
    if (CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${String(field.scrollHeight + 2)}px`;
  }
}

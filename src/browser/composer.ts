/** The form in which people write chats and whispers. */
import type { Commands } from './commands';
import type { Draft } from './draft';
import { isTouch, onEnter } from './ime';
import { composerWords } from '../locales/browser';
import { lengthOf, MAX_CHAT_LENGTH } from '../shared/sizes';
import type { Whispering } from './whisper';

interface Parts {
  form: HTMLFormElement;
  field: HTMLTextAreaElement;
  /** Shows what commands there are. */
  hint: HTMLElement;
  commands: Commands;
  say: (text: string) => void;
  whisper: Pick<Whispering, 'isOn' | 'send'>;
  typing: { typed: () => void; stop: () => void };
  draft: Draft;
  /** @param text empty for none */
  onProblem: (text: string) => void;
}

/** Sends what is written as a chat, a whisper or a command, and keeps the draft and the hint up to date. */
export function createComposer(parts: Parts): void {
  const { form, field, hint, commands, say, whisper, typing, draft, onProblem } = parts;
  /** Whispers and commands that wait for their answer. They stay in the field, and a second Enter must not repeat them. */
  const waiting = new Set<string>();
  // Without scripts the browser itself says that the field is empty. With scripts an empty field is simply not sent.
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  onEnter(field, () => void send());
  field.addEventListener('input', () => {
    fit();
    showHint();
    const isForAll = !whisper.isOn() && commands.find(field.value) === undefined;
    // A whisper is not kept: after a reload it would be a message to everybody.
    draft.keep(isForAll ? field.value : '');
    // Others are not told that somebody types a whisper.
    if (field.value !== '' && isForAll) typing.typed();
    else typing.stop();
  });

  field.enterKeyHint = isTouch() ? 'enter' : 'send';
  // Somebody pressed Enter before this script ran, which only made a line break: the text is sent now.
  if (!isTouch() && field.value !== field.defaultValue && field.value.endsWith('\n')) void send();
  else if (field.value === '') {
    field.value = draft.read();
    fit();
  }
  // On touch screens the focus would open the keyboard over the conversation.
  const hasKeyboard = matchMedia('(hover: hover) and (pointer: fine)').matches;
  if (hasKeyboard && document.activeElement === document.body) field.focus();

  async function send(): Promise<void> {
    const text = field.value.trim();
    if (text === '' || waiting.has(text)) return;
    const length = lengthOf(text);
    if (length > MAX_CHAT_LENGTH) {
      onProblem(composerWords.tooLong(MAX_CHAT_LENGTH, length));
      return;
    }
    onProblem('');
    field.focus();
    const command = commands.find(text);
    const meant = commands.meant(text);
    if (command) {
      if (!(await run(text, command))) return;
    } else if (!whisper.isOn()) say(meant);
    else if (!(await run(text, () => whisper.send(meant)))) return;
    // The text was changed meanwhile: it stays in the field.
    if (field.value.trim() !== text) return;
    typing.stop();
    field.value = '';
    draft.keep('');
    showHint();
    fit();
  }

  /** Carries out a whisper or command, and shows its error text. @returns whether it succeeded */
  async function run(text: string, act: () => string | Promise<string>): Promise<boolean> {
    waiting.add(text);
    try {
      const problem = await act();
      // A problem that came up meanwhile stays.
      if (problem !== '') onProblem(problem);
      return problem === '';
    } finally {
      waiting.delete(text);
    }
  }

  function showHint(): void {
    const text = commands.hint(field.value);
    // Screen readers would read the line again if it were written again.
    if (hint.textContent !== text) hint.textContent = text;
  }

  /** Makes the field as tall as its text, in browsers whose CSS cannot do it. */
  function fit(): void {
    if (CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${String(field.scrollHeight + 2)}px`;
  }
}

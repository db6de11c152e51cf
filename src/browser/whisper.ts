/** Whispering: everything goes to one person until the reader stops it, so that nothing is said to all by mistake. */
import type { Connection } from './connection';
import { find } from './dom';
import { showPerson } from './person';
import { composerWords } from '../locales/browser';
import { calledOf } from '../shared/called';
import type { PersonRef } from '../types/events';

interface Parts {
  room: string;
  /** Shows to whom the reader whispers. */
  bar: HTMLElement;
  field: HTMLElement;
  connection: Pick<Connection, 'request'>;
  onStop: () => void;
}

export type Whispering = ReturnType<typeof createWhisper>;

/** Whispers to nobody at first. The button of the bar, and Escape in the field, stop it. */
export function createWhisper({ room, bar, field, connection, onStop }: Parts) {
  let target: PersonRef | undefined;
  find('button', HTMLButtonElement, bar).addEventListener('click', stop);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) stop();
  });

  function stop(): void {
    if (target === undefined) return;
    target = undefined;
    onStop();
    bar.hidden = true;
    field.removeAttribute('aria-describedby');
    field.focus();
  }

  return {
    isOn: () => target !== undefined,

    start(who: PersonRef): void {
      target = who;
      showPerson(bar, who);
      bar.hidden = false;
      field.setAttribute('aria-describedby', bar.id);
      field.focus();
    },

    /** @param who by default the person to whom the reader whispers now @returns an error text, empty on success */
    async send(text: string, who = target): Promise<string> {
      if (who === undefined) return '';
      const answer = await connection.request('whisper', { room, to: who.id, chat: text });
      if (answer === undefined) return composerWords.notWhispered;
      if (answer.ok) return '';
      return answer.code === 'BAD_REQUEST' ? composerWords.isNotHere(calledOf(who)) : answer.message;
    },
  };
}

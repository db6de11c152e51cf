/** My name: the form among the people that changes it, and the browser's memory that brings it to the next room. */
import type { Connection } from './connection';
import { find } from './dom';
import { recall, remember } from './memory';
import { nameWords } from '../locales/browser';
import type { Joined, PersonRef, SentChat } from '../types/events';

/**
 * The end of the address after the form was sent without this script, for example before it ran: the browser hands it on from
 * the form's address. Then the name in the page is newer than the remembered one.
 */
const NAMED = '#named';

interface Parts {
  form: HTMLFormElement;
  room: string;
  /** This object is changed when my name changes. */
  me: PersonRef;
  connection: Pick<Connection, 'request'>;
  /** Is called once for a remembered name that this room refuses. @param text says so to the reader */
  onRefused: (text: string) => void;
}

/** Remembers my name in this room if a form has just set it. Call it once, when the page's script starts. */
export function rememberNamed(me: PersonRef): void {
  const isIn = document.querySelector('li[data-me]') !== null;
  // Who created the room has a name there before they come in, and it was in the form.
  if (!isIn && me.name !== undefined) remember('name', me.name);
  if (location.hash !== NAMED) return;
  // Somebody who only follows a link with this end comes in with the name that they have.
  if (isIn) remember('name', me.name ?? '');
  history.replaceState(history.state, '', location.pathname + location.search);
}

/** Renames me by the form or by `rename`, and follows the name that the room gives me. */
export function createNaming({ form, room, me, connection, onRefused }: Parts) {
  const field = find('input', HTMLInputElement, form);
  const problem = find('.field-error', HTMLElement, form);
  /** The remembered name of which the reader was told that this room refuses it. */
  let refused: string | undefined;

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void rename(field.value).then((text) => {
      problem.textContent = text;
      field.setAttribute('aria-invalid', String(text !== ''));
    });
  });

  /** @param name empty for none @returns an error text, empty on success */
  async function rename(name: string): Promise<string> {
    const answer = await connection.request('rename', { room, name });
    if (answer === undefined) return nameWords.notChanged;
    if (!answer.ok) return answer.code === 'BAD_REQUEST' ? nameWords.impossible : answer.message;
    remember('name', name.trim());
    return '';
  }

  function show(name: string | undefined): void {
    if (name === undefined) delete me.name;
    else me.name = name;
    // A name that is just being typed stays.
    if (document.activeElement !== field) field.value = name ?? '';
  }

  return {
    rename,

    /** Call it with the answer to each join. */
    joined({ me: entered, nameRefused }: Joined): void {
      Object.assign(me, entered);
      show(entered.name);
      const name = recall('name');
      if (nameRefused && name !== refused) {
        refused = name;
        onRefused(nameWords.refused(name));
      }
    },

    /** Call it with each chat of the log. */
    hear({ kind, userId, name }: SentChat): void {
      if (kind === 'name' && userId === me.id) show(name);
    },
  };
}

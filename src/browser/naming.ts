/** My name: the form among the people that changes it, and the browser's memory that brings it to the next room. */
import type { Connection } from './connection';
import { find } from './dom';
import { recall, remember } from './memory';
import { nameWords } from '../locales/browser';
import { NAMED_COOKIE } from '../shared/named';
import type { Joined, PersonRef, SentChat } from '../types/events';

interface Parts {
  form: HTMLFormElement;
  room: string;
  /** This object is changed when my name changes. */
  me: PersonRef;
  connection: Pick<Connection, 'request'>;
  /** Is called once for a remembered name that this room refuses. @param text says so to the reader */
  onRefused: (text: string) => void;
}

/** Remembers the name that a form has just set. Call it once, when the page's script starts. */
export function rememberNamed(): void {
  const cookie = document.cookie.split('; ').find((one) => one.startsWith(`${NAMED_COOKIE}=`));
  if (cookie === undefined) return;
  document.cookie = `${NAMED_COOKIE}=; path=${location.pathname}; max-age=0`;
  try {
    remember('name', decodeURIComponent(cookie.slice(NAMED_COOKIE.length + 1)));
  } catch {
    // It is not the server's cookie.
  }
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
    const before = recall('name');
    // A join that begins meanwhile must not ask for the name that I had.
    remember('name', name.trim());
    const answer = await connection.request('rename', { room, name });
    if (answer?.ok === true) return '';
    remember('name', before);
    if (answer === undefined) return nameWords.notChanged;
    return answer.code === 'BAD_REQUEST' ? nameWords.impossible : answer.message;
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

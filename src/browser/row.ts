/** The rows of a log: how one is made, and where it belongs. */
import { paint } from './colors';
import { clone, fill, find } from './dom';
import { peopleHere } from './people';
import { showPerson } from './person';
import { addressOf } from './site';
import { showText } from './text';
import { showTime } from './times';
import { logWords, sentences } from '../locales/browser';
import { calledOf } from '../shared/called';
import { sentenceOf } from '../shared/sentence';
import { shownSize } from '../shared/sizes';
import { isTall } from '../shared/tall';
import { isMeant, partsOf } from '../shared/text-parts';
import type { PersonRef, SentChat, Whisper } from '../types/events';

/** The row of a stored chat. */
export function chatRow(chat: SentChat, me: PersonRef): HTMLElement {
  if (chat.takenBack === true) return takenBackRow(chat, me);
  switch (chat.kind) {
    case 'chat':
      return written(saidRow('chat', authorOf(chat), me, chat.nonce), chat.chat, me);
    case 'gif': {
      const row = saidRow('gif', authorOf(chat), me, chat.nonce);
      const image = showGif(row, addressOf(`/gif/${chat.gif}`), logWords.gifOf(calledOf(chat)));
      Object.assign(image, shownSize(chat));
      return row;
    }
    default:
      return filled(clone('system-template'), { chat: sentenceOf(chat, sentences) });
  }
}

/** Marks of a row that are about what was said in it, or that offer to take it back. */
const OF_WHAT_WAS_SAID = ['data-is-meant', 'data-tall', 'data-chosen'];

/** Makes the row that replaces this one when its text or GIF is taken back. The author's line moves into the new row. */
export function blankRow(row: HTMLElement): HTMLElement {
  const blank = clone('taken-back-template');
  blank.className = row.className;
  Object.assign(blank.dataset, row.dataset);
  for (const mark of OF_WHAT_WAS_SAID) blank.removeAttribute(mark);
  find('.head', Element, blank).replaceWith(find('.head', Element, row));
  return blank;
}

/** The row of a text or GIF that was taken back before this page got it. */
function takenBackRow(chat: SentChat, me: PersonRef): HTMLElement {
  const row = saidRow('taken-back', authorOf(chat), me, chat.nonce);
  row.dataset.kind = chat.kind;
  return row;
}

/** The row of a text of mine that is not stored yet. */
export function textRow(text: string, me: PersonRef, nonce: string): HTMLElement {
  return written(mineRow('chat', me, nonce), text, me);
}

/** The row of a GIF of mine that is not stored yet. @param holding runs the change by which the row grows to its size */
export function gifRow(
  file: Blob,
  me: PersonRef,
  nonce: string,
  holding: (change: () => void) => void,
): HTMLElement {
  const row = mineRow('gif', me, nonce);
  const image = showGif(row, URL.createObjectURL(file), logWords.myGif);
  image.addEventListener('load', () => {
    const size = shownSize({ width: image.naturalWidth, height: image.naturalHeight });
    holding(() => Object.assign(image, size));
  });
  return row;
}

/** The row of a whisper. @param after the number of the chat that was the newest when the whisper came */
export function whisperRow(whisper: Whisper, me: PersonRef, after: number): HTMLElement {
  const { from, to, chat, createdAt } = whisper;
  const isMine = from.id === me.id;
  const row = clone('whisper-template');
  row.classList.add(isMine ? 'mine' : 'other');
  row.dataset.after = String(after);
  showPerson(row, isMine ? to : from);
  paint(row, from.color);
  showTime(find('time', HTMLTimeElement, row), createdAt);
  return written(filled(row, { direction: isMine ? logWords.whisperTo : logWords.whisperFrom }), chat, me);
}

/** Stored chats are sorted by number, a whisper comes after the newest chat of its time, and unsent chats are last. */
export function orderOf({ dataset: { seq, after } }: HTMLElement): number {
  if (seq) return Number(seq);
  return after ? Number(after) + 0.5 : Infinity;
}

/** @param label is also the link's, because a still picture stands in the place of the hidden image */
function showGif(row: HTMLElement, address: string, label: string): HTMLImageElement {
  const link = find('.gif-open', HTMLAnchorElement, row);
  link.href = address;
  link.setAttribute('aria-label', label);
  return Object.assign(find('img', HTMLImageElement, link), { src: address, alt: label });
}

function authorOf({ userId, color, name }: SentChat): PersonRef {
  return { id: userId, color, ...(name !== undefined && { name }) };
}

function mineRow(kind: 'chat' | 'gif', me: PersonRef, nonce: string): HTMLElement {
  const row = saidRow(kind, me, me, nonce);
  showTime(find('time', HTMLTimeElement, row), new Date().toISOString());
  return row;
}

function saidRow(
  kind: 'chat' | 'gif' | 'taken-back',
  who: PersonRef,
  me: PersonRef,
  nonce: string,
): HTMLElement {
  const row = clone(`${kind}-template`);
  row.className = who.id === me.id ? 'mine' : 'other';
  Object.assign(row.dataset, { userId: who.id, nonce });
  paint(row, who.color);
  showPerson(row, who);
  return row;
}

/** Shows a text that somebody wrote, in its parts. */
function written(row: HTMLElement, text: string, me: PersonRef): HTMLElement {
  const parts = partsOf(text, [...peopleHere(), me]);
  showText(find('[data-slot="chat"]', Element, row), parts);
  row.toggleAttribute('data-is-meant', isMeant(parts, me));
  row.toggleAttribute('data-tall', isTall(text));
  return row;
}

function filled(row: HTMLElement, texts: Record<string, string>): HTMLElement {
  fill(row, texts);
  return row;
}

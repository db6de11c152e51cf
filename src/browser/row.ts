/** The rows of a log: how one is made of what was said, which comes first, and which go together. */
import { paint } from './colors.js';
import { clone, fill, find } from './dom.js';
import { showTime } from './times.js';

/** @typedef {import('../types/events.js').PersonRef} PersonRef */

/** Chats of one person share one name line when they follow within this time, in ms. `../filters.ts` does the same. */
const ONE_BREATH = 120_000;
/** A GIF is shown no larger than this, in CSS px a side. */
const MAX_SIDE = 320;

/** What the room's log has. @param {import('../types/events.js').SentChat} chat @param {PersonRef} me */
export function chatRow(chat, me) {
  if (chat.kind !== 'chat' && chat.kind !== 'gif') {
    const row = clone('system-template');
    fill(row, { chat: chat.chat });
    return row;
  }
  const row = saidRow(chat.kind, { id: chat.userId, color: chat.color }, me, chat.nonce);
  if (chat.kind === 'chat') fill(row, { chat: chat.chat });
  else {
    const image = find('img', HTMLImageElement, row);
    size(image, chat.width, chat.height);
    image.alt = `${chat.color}님이 올린 GIF`;
    image.src = `/gif/${chat.gif}`;
  }
  return row;
}

/** A text of mine that is on its way. @param {string} text @param {PersonRef} me @param {string} nonce */
export function textRow(text, me, nonce) {
  const row = mineRow('chat', me, nonce);
  fill(row, { chat: text });
  return row;
}

/**
 * A GIF of mine that is on its way.
 * @param {Blob} file
 * @param {PersonRef} me
 * @param {string} nonce
 * @param {(change: () => void) => void} holding lets the row grow when the size is known
 */
export function gifRow(file, me, nonce, holding) {
  const row = mineRow('gif', me, nonce);
  const image = find('img', HTMLImageElement, row);
  image.src = URL.createObjectURL(file);
  image.alt = '내가 올린 GIF';
  image.addEventListener('load', () => holding(() => size(image, image.naturalWidth, image.naturalHeight)));
  return row;
}

/**
 * @param {import('../types/events.js').Whisper} whisper
 * @param {PersonRef} me
 * @param {number} after the number of the newest chat when it came
 */
export function whisperRow({ from, to, chat, createdAt }, me, after) {
  const isMine = from.id === me.id;
  const other = isMine ? to : from;
  const row = clone('whisper-template');
  row.classList.add(isMine ? 'mine' : 'other');
  row.dataset.after = String(after);
  paint(find('.person', Element, row), other.color);
  paint(row, from.color);
  fill(row, { chat, color: other.color, direction: isMine ? '귓속말 →' : '귓속말 ←' });
  showTime(find('time', HTMLTimeElement, row), createdAt);
  return row;
}

/** Stored rows by number, a whisper after what was there when it came, what is on its way last. @param {HTMLElement} row */
export function orderOf({ dataset: { seq, after } }) {
  if (seq) return Number(seq);
  return after ? Number(after) + 0.5 : Infinity;
}

/** Whether a row goes on under the name line of the one before it. @param {HTMLElement} row */
export function group(row) {
  const previous = row.previousElementSibling;
  const isSaid = [row, previous].every((one) => /^(chat|gif)$/.test(one?.getAttribute('data-kind') ?? ''));
  const isSamePerson = row.dataset.userId === previous?.getAttribute('data-user-id');
  row.classList.toggle(
    'continued',
    isSaid && isSamePerson && Math.abs(timeOf(row) - timeOf(previous)) < ONE_BREATH,
  );
}

/** @param {Element | null} row */
function timeOf(row) {
  return Date.parse(row?.querySelector('time')?.dateTime ?? '');
}

/**
 * A GIF keeps its place before it loads.
 * @param {HTMLImageElement} image
 * @param {number} width
 * @param {number} height
 */
function size(image, width, height) {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  image.width = Math.round(width * scale);
  image.height = Math.round(height * scale);
}

/** @param {'chat' | 'gif'} kind @param {PersonRef} me @param {string} nonce */
function mineRow(kind, me, nonce) {
  const row = saidRow(kind, me, me, nonce);
  showTime(find('time', HTMLTimeElement, row), new Date().toISOString());
  return row;
}

/** @param {'chat' | 'gif'} kind @param {PersonRef} who @param {PersonRef} me @param {string} nonce */
function saidRow(kind, who, me, nonce) {
  const row = clone(`${kind}-template`);
  row.className = who.id === me.id ? 'mine' : 'other';
  Object.assign(row.dataset, { userId: who.id, nonce });
  paint(row, who.color);
  paint(find('.person', Element, row), who.color);
  fill(row, { color: who.color });
  return row;
}

/** Shows times in the reader's zone. The server wrote them in its own zone. */
import { timeWords } from '../locales/browser';
import { timeText } from '../shared/time';

/** How often we look whether another day has begun, in ms. */
const LOOK = 20_000;

const listeners: (() => void)[] = [];

/** @param iso the time as ISO 8601 text */
export function showTime(element: HTMLTimeElement, iso: string): void {
  element.dateTime = iso;
  element.textContent = timeText(new Date(iso), timeWords, { now: new Date() });
}

/** Calls `show` whenever another day has begun, after the times of the page were shown anew. */
export function onNewDay(show: () => void): void {
  listeners.push(show);
}

/** Shows all times of the page in the reader's zone, and keeps them right when another day begins. */
export function localizeTimes(): void {
  let today = '';
  document.querySelector('#time-zone')?.remove();
  look();
  setInterval(look, LOOK);

  function look(): void {
    const day = new Date().toDateString();
    if (day === today) return;
    today = day;
    showAll();
  }
}

function showAll(): void {
  for (const element of document.querySelectorAll('time'))
    if (element.dateTime !== '') showTime(element, element.dateTime);
  for (const show of listeners) show();
}

/** Times by the reader's clock. */
import { timeWords } from '../locales/page';
import { timeText } from '../shared/time';

export function showTime(element: HTMLTimeElement, iso: string): void {
  element.dateTime = iso;
  element.textContent = timeText(new Date(iso), timeWords);
}

/** Rewrites all times of the page, which the server wrote by its own clock. */
export function localizeTimes(): void {
  for (const element of document.querySelectorAll('time'))
    if (element.dateTime !== '') showTime(element, element.dateTime);
}

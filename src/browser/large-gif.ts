/** A GIF of the log is shown large, until Escape or a click. */
import { find } from './dom';

/** How many times as long as the other side a side of a GIF may be, to be shown as a whole. Longer ones are scrolled. */
const LONGEST = 8;

/** Clicks with Ctrl, Shift or the like open the file of the GIF, as with every link. */
export function showGifsLarge(list: HTMLElement): void {
  const dialog = find('#large-gif', HTMLDialogElement);
  const large = find('img', HTMLImageElement, dialog);
  list.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('.gif-open') : null;
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { src, alt, naturalWidth, naturalHeight } = find('img', HTMLImageElement, link);
    Object.assign(large, { src, alt });
    const ratio = naturalWidth / naturalHeight;
    large.toggleAttribute('data-long', ratio > LONGEST || ratio < 1 / LONGEST);
    dialog.showModal();
  });
  dialog.addEventListener('click', () => {
    dialog.close();
  });
}

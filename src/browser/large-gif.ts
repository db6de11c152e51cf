/** A GIF of the log is shown large, until Escape or a click. */
import { find } from './dom';

/** How many times as long as the other side a side of a GIF may be, to be shown as a whole. Longer ones are scrolled. */
const LONGEST = 8;

/** Clicks with Ctrl, Shift or the like open the file of the GIF, as with every link. */
export function showGifsLarge(list: HTMLElement, scroller: HTMLElement): void {
  const dialog = find('#large-gif', HTMLDialogElement);
  const large = find('img', HTMLImageElement, dialog);
  let row: HTMLElement | null = null;
  list.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('.gif-open') : null;
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { src, alt, naturalWidth, naturalHeight } = find('img', HTMLImageElement, link);
    Object.assign(large, { src, alt });
    const ratio = naturalWidth / naturalHeight;
    large.toggleAttribute('data-long', ratio > LONGEST || ratio < 1 / LONGEST);
    row = link.closest('[data-nonce]');
    dialog.showModal();
  });
  dialog.addEventListener('click', () => {
    dialog.close();
  });
  dialog.addEventListener('close', () => {
    // The browser gives the focus back to the link. If that is gone by now, the log gets it.
    if (row?.isConnected === false) scroller.focus();
    if (!dialog.open) large.removeAttribute('src');
  });
  // A GIF that is taken back is not to be seen any longer. Another row stands in the place of its row then.
  new MutationObserver(() => {
    const nonce = row?.dataset.nonce;
    if (!dialog.open || nonce === undefined || row?.isConnected === true) return;
    if (list.querySelector(`[data-taken-back][data-nonce="${CSS.escape(nonce)}"]`)) dialog.close();
  }).observe(list, { childList: true });
}

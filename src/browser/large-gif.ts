/** A GIF of the log is shown large, until Escape or a click. */
import { find } from './dom';

/** Clicks with Ctrl, Shift or the like open the file of the GIF, as with every link. */
export function showGifsLarge(list: HTMLElement): void {
  const dialog = find('#large-gif', HTMLDialogElement);
  const large = find('img', HTMLImageElement, dialog);
  list.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('.gif-open') : null;
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { src, alt } = find('img', HTMLImageElement, link);
    Object.assign(large, { src, alt });
    dialog.showModal();
  });
  dialog.addEventListener('click', () => {
    dialog.close();
  });
}

/** A GIF of the log that was clicked is shown large, until Escape or another click. */
import { find } from './dom';

export function showGifsLarge(list: HTMLElement): void {
  const dialog = find('#large-gif', HTMLDialogElement);
  const large = find('img', HTMLImageElement, dialog);
  list.addEventListener('click', ({ target }) => {
    const picture = target instanceof Element ? target.closest('[data-gif] :is(img, canvas)') : null;
    const image = picture?.parentElement?.querySelector('img');
    if (!image) return;
    large.src = image.src;
    large.alt = image.alt;
    dialog.showModal();
  });
  dialog.addEventListener('click', () => {
    dialog.close();
  });
}

/** What every page does: a clean address, the reader's times, forms that go once. */
import { localizeTimes } from './times';

/** Secrets and old news that an address may carry. */
const NOT_TO_KEEP = ['password', 'error'];

export function preparePage(): void {
  cleanAddress();
  localizeTimes();
  for (const form of document.querySelectorAll('form[data-once]')) sendOnce(form);
}

function cleanAddress(): void {
  const address = new URL(location.href);
  for (const name of NOT_TO_KEEP) address.searchParams.delete(name);
  if (address.href !== location.href) history.replaceState(history.state, '', address);
}

function sendOnce(form: Element): void {
  form.addEventListener('submit', (event) => {
    if (form.hasAttribute('data-gone')) event.preventDefault();
    form.setAttribute('data-gone', '');
  });
  // After coming back to the page it may be sent again.
  window.addEventListener('pageshow', () => {
    form.removeAttribute('data-gone');
  });
}

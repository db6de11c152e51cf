/** What every page does: it cleans its address, shows times by the reader's clock, and sends forms once. */
import { localizeTimes } from './times';

/**
 * Parameters that are removed from the address. A password must not stay in it, an error must not show again after a reload,
 * and readers of other languages may get the address from this reader.
 */
const NOT_TO_KEEP = ['password', 'error', 'cookie', 'lang'];

/** Call it once, when the page's script starts. */
export function preparePage(): void {
  cleanAddress();
  localizeTimes();
  for (const form of document.querySelectorAll('form[data-once]')) sendOnce(form);
}

function cleanAddress(): void {
  const address = new URL(location.href);
  for (const name of NOT_TO_KEEP) address.searchParams.delete(name);
  // A refused form is shown at the address that it was posted to. A reload would post it again.
  const own = document.querySelector('[data-address]')?.getAttribute('data-address');
  if (own) address.pathname = own;
  if (address.href !== location.href) history.replaceState(history.state, '', address);
}

function sendOnce(form: Element): void {
  form.addEventListener('submit', (event) => {
    if (form.hasAttribute('data-gone')) event.preventDefault();
    form.setAttribute('data-gone', '');
  });
  // When the reader comes back to the page, the form may be sent again.
  window.addEventListener('pageshow', () => {
    form.removeAttribute('data-gone');
  });
}

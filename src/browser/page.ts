/** What every page does: a clean address, the reader's times, forms that go once. */
import { localizeTimes } from './times.js';

const address = new URL(location.href);
for (const name of ['password', 'error']) address.searchParams.delete(name);
if (address.href !== location.href) history.replaceState(history.state, '', address);

localizeTimes();

for (const form of document.querySelectorAll('form[data-once]')) {
  form.addEventListener('submit', (event) => {
    if (form.hasAttribute('data-gone')) event.preventDefault();
    form.setAttribute('data-gone', '');
  });
  // Whoever comes back to the page may send it again.
  window.addEventListener('pageshow', () => form.removeAttribute('data-gone'));
}

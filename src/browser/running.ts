/**
 * Whether the page's script runs, as an attribute of `<html>`. If it failed, or did not even come within some seconds, the
 * styles show what one needs without it.
 */

/** What the script of a page listens to, and what the browser itself does something with. */
const EVENTS = ['submit', 'change', 'click', 'keydown', 'compositionend', 'paste', 'dragover', 'drop'];

/**
 * Call it first. After an exception the script hears nothing more of what the reader does, so that the browser does what it
 * does without scripts: it sends the forms.
 * @returns to be called when the script has started
 */
export function beginStart(): () => void {
  const { dataset } = document.documentElement;
  const started = new AbortController();
  const { signal } = started;
  dataset['script'] = 'starting';
  window.addEventListener('error', () => (dataset['script'] = 'failed'), { signal });
  for (const event of EVENTS) {
    window.addEventListener(event, withhold, { capture: true, signal });
  }

  function withhold(event: Event): void {
    if (dataset['script'] === 'failed') event.stopImmediatePropagation();
  }

  return () => {
    started.abort();
    dataset['script'] = 'runs';
  };
}

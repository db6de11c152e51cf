/**
 * Whether the page's script runs, as an attribute of `<html>`. If the script failed, or did not arrive within some seconds, the
 * styles show the buttons that people need without it.
 */

/** Events to which the pages' scripts listen, and on which the browser itself does something, too. */
const EVENTS = ['submit', 'change', 'click', 'keydown', 'compositionend', 'paste', 'dragover', 'drop'];

/**
 * Call it first. If the script throws before it has started, it gets none of these events any more. So the browser does what
 * it does without scripts: it sends the forms.
 * @returns a function to call when the script has started
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

/** The theme of the page. The reader chooses it here, and the server renders later pages in it. */
import { addressOf } from './site';
import { isTheme, THEME_COOKIE, type Theme } from '../shared/theme';

/** A year, in seconds. */
const YEAR = 365 * 24 * 3_600;

/** @returns undefined if the page follows the device */
export function chosenTheme(): Theme | undefined {
  const { theme } = document.documentElement.dataset;
  return isTheme(theme) ? theme : undefined;
}

/** Shows this theme, on this page and on all that are loaded after it. @param theme undefined to follow the device */
export function chooseTheme(theme: Theme | undefined): void {
  const age = theme === undefined ? 0 : YEAR;
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${THEME_COOKIE}=${theme ?? ''}; path=${addressOf('') || '/'}; max-age=${String(age)}; samesite=lax${secure}`;
  const { dataset } = document.documentElement;
  if (theme === undefined) delete dataset['theme'];
  else dataset['theme'] = theme;
  // These elements name the color of the browser's own bar, one for each theme.
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const own = meta.dataset['theme'];
    meta.media =
      theme === undefined ? `(prefers-color-scheme: ${own ?? ''})` : theme === own ? 'all' : 'not all';
  }
}

/** The themes that a reader may choose. The server and the pages' script know them by the same names. */

/** The name of the cookie that holds the chosen theme. */
export const THEME_COOKIE = 'theme';

const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Whether this text names a theme. */
export function isTheme(text: string | undefined): text is Theme {
  return THEMES.some((theme) => theme === text);
}

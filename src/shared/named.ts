/**
 * The cookie that tells a room's page which name its form has just set. The browser remembers a name for the next rooms, but
 * only a script can do that, and a form may be sent before any script runs. So the answer to the form brings the name in a
 * cookie, and the next page's script takes it from there.
 */
export const NAMED_COOKIE = 'named';

/** Every string that the server says to a person, in English. The words of the templates stand in `templates.ts`. */
import { count } from './count';
import type { GifBound } from '../../rules/gif';
import type { RefusalCode } from '../../rules/refusal';

/** What is shown for each refusal. */
export const refusals: Record<RefusalCode, string> = {
  ROOM_NOT_FOUND: 'This room does not exist.',
  BARRED: 'You were removed from this room.',
  WRONG_PASSWORD: 'The password is wrong.',
  ROOM_FULL: 'The room is full.',
  NAME_TAKEN: 'Somebody in this room has this name, or one that looks like it.',
  BAD_REQUEST: 'Please check what you entered.',
  PASSWORD_NEEDED: 'This room needs a password.',
  NOT_ADMITTED: 'You are not in this room.',
  FORBIDDEN: 'Only the owner may do this.',
  ELSEWHERE:
    'This room stores no messages, so it can only be entered on the server to which the people who came first are connected. You are connected to another one.',
  NO_COOKIE: 'This site needs cookies. Please allow the cookies of this site in your browser.',
  CROSS_SITE: 'Requests from other sites are not accepted.',
  PAGE_NOT_FOUND: 'There is no such page.',
  TOO_LARGE: 'This is too large.',
  ROOM_BYTES: 'This room has stored as much as it may. Please create a new room.',
  DISK_FULL: 'The server has no space left, so it cannot take new messages now. Please tell whoever runs it.',
  NO_GIF: 'Please choose a GIF file.',
  NOT_A_GIF: 'This is not a GIF file.',
  NO_GIFS_HERE: 'A room that stores no messages takes no GIFs.',
  RATE_LIMITED: 'That was too often. Please try again in a moment.',
  TOO_MANY_ROOMS:
    'There are too many rooms with nobody in them. Please enter the rooms that you created, or wait until empty ones are gone.',
  NO_SEAT:
    'The lab allows 8 open connections a person and 200 in all. Close other tabs of the lab, and try again.',
  INTERNAL: 'Something went wrong. Please try again in a moment.',
  UNAVAILABLE: 'The storage cannot be reached now. Please try again in a moment.',
};

/** What is said behind TOO_LARGE of a GIF. */
export const bounds: Record<GifBound, string> = {
  bytes: 'A GIF may have up to 5 MB.',
  side: 'A GIF may be up to 4096 pixels wide and high.',
  frames: 'A GIF may have up to 500 frames.',
  pixels: 'All frames of a GIF together may have up to 200 million pixels.',
  screen: 'The screen of a moving GIF may have up to 8 million pixels.',
  codes:
    'This GIF is packed so badly that reading it takes too long. Please save it again with another program.',
};

/** RATE_LIMITED, when it is known how long one has to wait. */
export const tryAgainIn = (seconds: number) =>
  `That was too often. Please try again in ${count(seconds, 'second', 'seconds')}.`;

export const titles = {
  main: 'GIF chat rooms',
  room: 'Create a GIF chat room',
  password: 'Enter the password',
  error: 'Error',
};

/** What is wrong with a field of the create form. */
export const fields = {
  name: 'A name has up to 20 letters, digits, spaces and emoji.',
  title: 'Please write a title of 1 to 100 characters.',
  max: 'The number of people is a whole number from 2 to 500.',
  password: 'A password has up to 100 characters, and none of them may be NUL.',
};

/** The 404 page's sentence. */
export const noRoute = (method: string, url: string) => `There is no route for ${method} ${url}`;

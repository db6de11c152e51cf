/** Every string that the pages' script says to a person, in English. A bundle holds those of its page alone. */
import { count } from './count';
import type { Sentences } from '../../shared/sentence';
import type { TimeWords } from '../../shared/time';

const list = new Intl.ListFormat('en');
const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });
const calendar = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const years = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'short', day: 'numeric' });

/** Sentences of the log about people. */
export const sentences: Sentences = {
  join: (who) => `${who} joined.`,
  exit: (who) => `${who} left.`,
  kick: (who) => `${who} was removed.`,
  owner: (who) => `${who} is the owner now.`,
  name: (color, name) =>
    name === undefined ? `${color} has no name now.` : `${color} is called ${name} now.`,
  takeback: (who) => `${who} deleted a message.`,
};

export const timeWords: TimeWords = {
  timeOfDay: (hours, minutes) => clock.format(new Date(2000, 0, 1, hours, minutes)),
  today: 'today',
  yesterday: 'yesterday',
  // A leap year has all days.
  onDay: (month, day) => calendar.format(new Date(2000, month - 1, day)),
  inYear: (year, month, day) => years.format(new Date(year, month - 1, day)),
  withDay: (day, time) => `${day}, ${time}`,
};

export const connectionWords = {
  offline: 'The connection is lost. Reconnecting…',
  back: 'Connected again.',
};

export const listWords = {
  newRooms: (many: number) => `Show ${count(many, 'new room', 'new rooms')}`,
  secret: 'Secret',
  open: 'Open',
  enter: (title: string) => `Enter ${title}`,
};

/** Why this page is not in the room any more. */
export const endWords = {
  barred: 'The owner removed you from this room.',
  closed: 'The room was closed.',
  elsewhere:
    'This room stores no messages, so it can only be entered on the server to which the people who came first are connected. You are connected to another one.',
  full: 'The room has filled up meanwhile. You can enter when somebody leaves.',
  replaced: 'This window is not connected any more. You left the room in another window, or opened too many.',
  other: 'You are not in this room. Please enter it again.',
};

export const logWords = {
  gifOf: (name: string) => `GIF from ${name}`,
  myGif: 'Your GIF',
  playGif: 'Play the GIF',
  pauseGif: 'Pause the GIF',
  whisperTo: 'Whisper →',
  whisperFrom: 'Whisper ←',
  toNewest: 'To the newest ↓',
  unread: (many: number) => `${count(many, 'new message', 'new messages')} ↓`,
  unreadAtLeast: (many: number) => `${count(many, 'or more new message', 'or more new messages')} ↓`,
  loading: 'Loading…',
  saidBy: (name: string, text: string) => `${name}: ${text}`,
  whisperedBy: (name: string, text: string) => `${name} whispers: ${text}`,
  news: (many: number) => count(many, 'new message', 'new messages'),
  folded: (many: number) => count(many, 'room update', 'room updates'),
  notLoaded: 'This could not be loaded. Try again',
};

/** The states of a chat that is sent. */
export const deliveryWords = {
  sending: 'Sending…',
  uploading: 'Uploading…',
  waitsForConnection: 'This is uploaded when the connection is back.',
  stalled: 'The upload does not move. Please wait, or send it again.',
  againIn: (seconds: number) =>
    `That was too often. It is sent again in ${count(seconds, 'second', 'seconds')}.`,
  triedAgain: 'This could not be uploaded. It is tried again soon.',
  notSent: 'This could not be sent.',
  notSentThen: 'This could not be sent then.',
  sentWhenBack: 'This is sent when you enter again.',
  notUploaded: 'The GIF could not be uploaded.',
  gifTooLargeOnTheWay:
    'It was refused on its way to the server, because it is too large. Please send a smaller GIF.',
  serverAway: 'The server cannot take it now. Please send it again in a moment.',
};

export const leaveWords = {
  notLeft: 'There is no connection, so you have not left the room. Please try again in a moment.',
};

export const composerWords = {
  tooLong: (most: number, length: number) =>
    `A message has up to ${count(most, 'character', 'characters')}. This one has ${length.toLocaleString('en')}.`,
  notAGif: 'This is not a GIF file.',
  pastedNoGif:
    'The pasted picture is not a GIF. Copying can make a still picture of it: save it as a GIF file, then choose it with the GIF button.',
  gifTooLarge: (bytes: number) =>
    `Too large. A GIF may have up to 5 MB. This file has ${(Math.ceil((bytes / 1024 / 1024) * 10) / 10).toFixed(1)} MB.`,
  noGifWhispered: 'A GIF cannot be whispered. To show it to everybody, stop whispering first.',
  notWhispered: 'The whisper could not be sent.',
  isNotHere: (name: string) => `${name} is not in this room now.`,
  typing: (names: string[]) => `${list.format(names)} ${names.length === 1 ? 'is' : 'are'} typing…`,
  manyTyping: (names: string[], others: number) =>
    `${list.format([...names, count(others, 'other', 'others')])} are typing…`,
};

export const nameWords = {
  impossible: 'A name has up to 20 letters, digits, spaces and emoji.',
  refused: (name: string) =>
    `${name}: somebody here has this name or one that looks like it, or it cannot be a name.`,
  notChanged: 'The connection was lost, so the name was not changed.',
};

export const takeBackWords = {
  takeBack: 'Delete',
  mayTakeBack: 'Delete this message? It is deleted for everybody, and cannot be brought back.',
  tooLate: 'This room stores nothing, so older messages can no longer be deleted.',
  notTakenBack: 'The connection was lost, so this was not deleted.',
};

/** What is written after a slash. */
export const commandWords = {
  hint: '/w name whisper · /name new name · // for a text that begins with /',
  unknown: (word: string) => `There is no command /${word}. To send it as a text, write //${word}.`,
  nobody: 'It is not clear whom this is for. Write the name or color of one person after /w.',
};

/** Questions before the owner's actions, and what went wrong with them. */
export const ownerWords = {
  kick: 'Remove',
  mayKick: (name: string) => `Remove ${name} from the room? They cannot come back.`,
  handOver: 'Make the owner',
  mayHandOver: (name: string) => `Make ${name} the owner?`,
  removeRoom: 'Delete the room',
  mayRemoveRoom: 'Delete the room? All messages and GIFs are deleted with it.',
  notRemoved: 'The room could not be deleted.',
  notDone: 'The connection was lost, so this was not done.',
};

/** The menu of a person in the list. */
export const actionWords = {
  menuOf: (name: string) => `What you can do with ${name}`,
};

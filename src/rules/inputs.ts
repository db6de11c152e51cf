/** Zod schemas for everything that clients send, over HTTP or sockets. Controllers and sockets accept nothing else. */
import { z } from 'zod';
import { nameFrom } from './names';
import { tidy } from './text';
import { lengthOf, MAX_CHAT_LENGTH } from '../shared/sizes';

/** A text of 1 to `most` characters (code points). Blanks around it are removed before it is counted and kept. */
const text = (most: number) =>
  z
    .string()
    .transform(tidy)
    .refine((value) => value !== '' && lengthOf(value) <= most);
const ROOM_ID = /^[0-9a-f]{24}$/;
/** A number from a form or an address, which carry text. Only digits are allowed, so `1e2`, `0x10` and '' are refused. */
const digits = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);
const whole = (least: number, most: number) =>
  z.union([z.number(), digits]).pipe(z.int().min(least).max(most));

export const title = text(100);
export const chat = text(MAX_CHAT_LENGTH);
/** The name that a client chose for a message, so that it is stored once although it may be sent twice. */
export const nonce = text(64);
/**
 * A room's password as typed, with its spaces; empty for no password. It is counted in composed characters, as it is hashed.
 * scrypt fills a password up with NUL bytes, so that two passwords which differ only by NULs at the end would be the same.
 */
export const password = z
  .string()
  .refine((value) => lengthOf(value.normalize('NFC')) <= 100 && !value.includes('\0'));
/** What a person wants to be called; undefined if the text is blank. */
export const name = z.string().transform((text, context) => {
  if (text.trim() === '') return undefined;
  const name = nameFrom(text);
  if (name === undefined) context.addIssue({ code: 'custom', message: 'this cannot be a name' });
  return name;
});
/** How many people a room holds. */
export const max = whole(2, 500).default(10);
/** A checkbox: a form sends `on` or leaves it out, a script sends a boolean. */
export const ephemeral = z
  .union([z.boolean(), z.enum(['on', 'true', 'false', ''])])
  .default(false)
  .transform((value) => value === true || value === 'on' || value === 'true');
/** 24 lower-case hexadecimal digits. No room has an id of another form. */
export const roomId = z.string().regex(ROOM_ID);
/** Whether a text has the form of a room id. */
export const isRoomId = (text: string): boolean => ROOM_ID.test(text);
/** A person's id, as the chats of a log show it. */
export const personId = z.string().refine(({ length }) => length > 0 && length <= 64);
/** The number of a chat in its room's log; 0 means: before the first chat. */
export const seq = whole(0, Number.MAX_SAFE_INTEGER);
/** How many chats a page of history holds. */
export const limit = whole(1, 100).default(50);

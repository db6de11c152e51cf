/** What clients send, parsed once for HTTP and sockets: zod schemas by name. Nothing else gets past the door. */
import { z } from 'zod';
import { tidy } from './text';
import { lengthOf, MAX_CHAT_LENGTH } from '../shared/sizes';

/** 1 to `most` characters (code points), counted and kept without the blanks around them. */
const text = (most: number) =>
  z
    .string()
    .transform(tidy)
    .refine((value) => value !== '' && lengthOf(value) <= most);
const ROOM_ID = /^[0-9a-f]{24}$/;
/** A form and an address carry numbers as text: plain digits, so that neither `1e2` nor `0x10` nor nothing is one. */
const digits = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);
const whole = (least: number, most: number) =>
  z.union([z.number(), digits]).pipe(z.int().min(least).max(most));

export const title = text(100);
export const chat = text(MAX_CHAT_LENGTH);
export const nonce = text(64);
/** As typed, spaces and all; empty for none. */
export const password = z.string().refine((value) => lengthOf(value) <= 100);
/** How many people a room holds. */
export const max = whole(2, 500).default(10);
/** A checkbox: there or not. */
export const ephemeral = z
  .union([z.boolean(), z.enum(['on', 'true', 'false', ''])])
  .default(false)
  .transform((value) => value === true || value === 'on' || value === 'true');
/** 24 lower-case hexadecimal digits; whatever else is asked for, there is no such room. */
export const roomId = z.string().regex(ROOM_ID);
export const isRoomId = (text: string): boolean => ROOM_ID.test(text);
/** Somebody's id, as a log names it. */
export const personId = z.string().min(1).max(64);
/** A number of the log, or 0 for before the first. */
export const seq = whole(0, Number.MAX_SAFE_INTEGER);
/** How many chats a page of history holds. */
export const limit = whole(1, 100).default(50);

/**
 * How every event of a `/chat` socket is answered: finds the person, parses the payload, and sends the result as the ack.
 */
import type { z } from 'zod';
import type { ChatSocket, Incoming } from './io';
import { languages, refusalText, type Words } from '../locales';
import { logger } from '../logger';
import { Refusal, type RefusalCode } from '../rules/refusal';
import type { Visitor } from '../services/rooms';
import { SOCKET_ERROR_CODES, type Refused, type SocketErrorCode } from '../types/events';

/**
 * Refusals that sockets send under another code. If trying again helps, the client gets UNAVAILABLE. If it does not help,
 * because the room belongs to another process or is full, the client gets FORBIDDEN. The text tells the true reason.
 */
const AS_SENT = new Map<RefusalCode, SocketErrorCode>([
  ['ELSEWHERE', 'FORBIDDEN'],
  ['ROOM_BYTES', 'FORBIDDEN'],
  ['DISK_FULL', 'UNAVAILABLE'],
]);

/**
 * @returns `on(event, schema, handle)`. `handle` gets the person and the parsed payload. Its result is acked with
 * `ok: true`, and a refusal with its code and text. If the client sent no ack callback, the event is handled all the same.
 */
export function answering(socket: ChatSocket) {
  return function on<S extends z.ZodType>(
    event: keyof Incoming,
    schema: S,
    handle: (who: Visitor, payload: z.output<S>) => Promise<unknown>,
  ): void {
    socket.on(event, (...args) => {
      const last = args.at(-1);
      const ack = isCallback(last) ? last : undefined;
      const payload = args[0] === ack ? undefined : args[0];
      void answer(payload).then((result) => {
        ack?.(result);
      });
    });

    async function answer(payload: unknown): Promise<object> {
      try {
        const { userId, address, site, since } = socket.data;
        if (userId === undefined) throw new Refusal('NOT_ADMITTED');
        const parsed = schema.safeParse(payload);
        if (!parsed.success) throw new Refusal('BAD_REQUEST');
        const answer = await handle({ id: userId, address, site, since }, parsed.data);
        return { ok: true, ...(typeof answer === 'object' ? answer : undefined) };
      } catch (error) {
        return refusedBy(error, languages[socket.data.language]);
      }
    }
  };
}

function refusedBy(error: unknown, words: Words): Refused {
  const code = error instanceof Refusal ? (AS_SENT.get(error.code) ?? error.code) : undefined;
  if (error instanceof Refusal && code !== undefined && isSocketCode(code)) {
    const { retryAfter } = error;
    return {
      ok: false,
      code,
      message: refusalText(error, words),
      ...(retryAfter !== undefined && { retryAfter }),
    };
  }
  // A refusal that has no socket code is our mistake, like every other error.
  logger.fault('an event of a socket', error);
  return { ok: false, code: 'UNAVAILABLE', message: words.refusals.INTERNAL };
}

function isCallback(value: unknown): value is (answer: object) => void {
  return typeof value === 'function';
}

function isSocketCode(code: string): code is SocketErrorCode {
  return SOCKET_ERROR_CODES.some((known) => known === code);
}

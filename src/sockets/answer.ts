/**
 * How every event of a `/chat` socket is answered: finds the person, parses the payload, and sends the result as the ack.
 */
import type { z } from 'zod';
import type { ChatSocket, Incoming } from './io';
import { refusals } from '../locales';
import { logger } from '../logger';
import { Refusal } from '../rules/refusal';
import type { Visitor } from '../services/rooms';
import type { Refused, SocketErrorCode } from '../types/events';

const CODES: readonly string[] = [
  'BAD_REQUEST',
  'ROOM_NOT_FOUND',
  'NOT_ADMITTED',
  'ROOM_FULL',
  'NAME_TAKEN',
  'BARRED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'UNAVAILABLE',
] satisfies SocketErrorCode[];

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
        const { userId, address } = socket.data;
        if (userId === undefined) throw new Refusal('NOT_ADMITTED');
        const parsed = schema.safeParse(payload);
        if (!parsed.success) throw new Refusal('BAD_REQUEST');
        const answer = await handle({ id: userId, address }, parsed.data);
        return { ok: true, ...(typeof answer === 'object' ? answer : undefined) };
      } catch (error) {
        return refusedBy(error);
      }
    }
  };
}

function refusedBy(error: unknown): Refused {
  // The room belongs to another process, so trying again here does not help. For a client, that is like FORBIDDEN.
  if (error instanceof Refusal && error.code === 'ELSEWHERE')
    return { ok: false, code: 'FORBIDDEN', message: refusals.ELSEWHERE };
  if (error instanceof Refusal && isSocketCode(error.code))
    return { ok: false, code: error.code, message: refusals[error.code] };
  // A refusal that has no socket code is our mistake, like every other error.
  logger.error(error);
  return { ok: false, code: 'UNAVAILABLE', message: refusals.INTERNAL };
}

function isCallback(value: unknown): value is (answer: object) => void {
  return typeof value === 'function';
}

function isSocketCode(code: string): code is SocketErrorCode {
  return CODES.includes(code);
}

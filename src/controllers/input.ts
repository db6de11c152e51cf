/** Helpers that parse the parts of a request. A part without the right form is refused. */
import type { Request } from 'express';
import type { z } from 'zod';
import { roomId } from '../rules/inputs';
import { Refusal } from '../rules/refusal';

/** The id of the room that the path names. @throws Refusal ROOM_NOT_FOUND if no room can have such an id. */
export function roomIdOf(req: Request<{ id: string }>): string {
  const { data } = roomId.safeParse(req.params.id);
  if (data === undefined) throw new Refusal('ROOM_NOT_FOUND');
  return data;
}

/** A body or a query. @throws Refusal BAD_REQUEST if it does not have the form of the schema. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input ?? {});
  if (!parsed.success) throw new Refusal('BAD_REQUEST', { cause: parsed.error });
  return parsed.data;
}

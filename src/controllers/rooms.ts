/** Rooms over HTTP: the list, the create form, the room's page, and entering, leaving and removing a room. */
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { chatPage } from './chat-page';
import { roomIdOf } from './input';
import { tellName } from './named';
import { createOnce, nameOf, once } from './once';
import { colorsOf, render } from './page';
import { refusalText } from '../locales';
import { roomAddress } from '../middlewares/cookie-check';
import { listError, setRefused, STATUS, wantsPage } from '../middlewares/errors';
import { isPeek, visitorOf, whoIs } from '../middlewares/identity';
import { wordsFor } from '../middlewares/language';
import * as inputs from '../rules/inputs';
import { Refusal } from '../rules/refusal';
import type { Services } from '../services';
import type { Room } from '../types/room';

const listQuery = z.object({
  before: inputs.roomId.optional().catch(undefined),
  error: z.unknown().optional(),
});
const newRoom = z.object({
  title: inputs.title,
  max: inputs.max,
  password: inputs.password.default(''),
  ephemeral: inputs.ephemeral,
  name: inputs.name.optional(),
  once,
});
const entering = z.object({ password: inputs.password });

/** The handlers. They throw a `Refusal` for what a person may not do, and the error handler makes the answer of it. */
export function roomControllers({ rooms, history }: Services) {
  const createOnly = createOnce<Room>();

  const renderMain: RequestHandler = async (req, res) => {
    const { before, error } = listQuery.parse(req.query);
    const page = await rooms.list(before);
    render(res, 'main.html', {
      title: wordsFor(req).titles.main,
      rooms: page.rooms,
      first: before === undefined,
      before: page.more ? page.rooms.at(-1)?._id : undefined,
      error: listError(error, wordsFor(req)),
      colors: colorsOf(page.rooms),
    });
  };

  const renderRoom: RequestHandler = (req, res) => {
    render(res, 'room.html', { title: wordsFor(req).titles.room });
  };

  const createRoom: RequestHandler = async (req, res) => {
    const parsed = newRoom.safeParse(req.body);
    if (!parsed.success) {
      renderFormAgain(req, res, parsed.error);
      return;
    }
    const who = whoIs(req);
    const { once: field, ...wanted } = parsed.data;
    const room = await createOnly(nameOf(field, JSON.stringify([who.id, wanted])), () =>
      rooms.create(wanted, who),
    );
    if (wanted.name !== undefined) tellName(req, res, room._id, wanted.name);
    // Scripts read the room's id from this address, so it is always the book's, without the check of the cookie.
    res.redirect(`${req.baseUrl}/room/${room._id}`);
  };

  /** Shows the create form again, with the values that were typed and with an error beside each wrong field. */
  function renderFormAgain(req: Request, res: Response, error: z.ZodError): void {
    if (!wantsPage(req, res)) throw new Refusal('BAD_REQUEST', { cause: error });
    const names = new Set(error.issues.map(({ path }) => path[0]));
    const { fields, titles, refusals } = wordsFor(req);
    const errors = Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
    const values = z.record(z.string(), z.unknown()).catch({}).parse(req.body);
    res.status(STATUS.BAD_REQUEST);
    render(res, 'room.html', {
      title: titles.room,
      values: strings(values),
      errors,
      error: refusals.BAD_REQUEST,
    });
  }

  /**
   * Shows the room's page. If a browser only prefetches it, the password in its address is
   * ignored, so nobody is admitted.
   */
  const enterRoom: RequestHandler<{ id: string }> = async (req, res) => {
    const who = visitorOf(req);
    const password = isPeek(req)
      ? undefined
      : inputs.password.optional().catch('').parse(req.query['password']);
    try {
      const room = await rooms.look(roomIdOf(req), who, password);
      await chatPage(req, res, { room, history });
    } catch (error) {
      if (!isRefusal(error, 'PASSWORD_NEEDED') || !wantsPage(req, res)) throw error;
      await renderPassword(req, res);
    }
  };

  const givePassword: RequestHandler<{ id: string }> = async (req, res) => {
    const id = roomIdOf(req);
    const { data } = entering.safeParse(req.body);
    try {
      await rooms.admit(id, whoIs(req), data?.password);
      res.redirect(303, roomAddress(req, res, id));
    } catch (error) {
      const isNone = isRefusal(error, 'PASSWORD_NEEDED');
      if (!wantsPage(req, res)) throw isNone ? new Refusal('BAD_REQUEST', { cause: error }) : error;
      if (isNone) await renderPassword(req, res, new Refusal('WRONG_PASSWORD'));
      else if (isRefusal(error, 'WRONG_PASSWORD') || isRefusal(error, 'RATE_LIMITED'))
        await renderPassword(req, res, error);
      else throw error;
    }
  };

  async function renderPassword(
    req: Request<{ id: string }>,
    res: Response,
    refusal?: Refusal,
  ): Promise<void> {
    // We show the title to a person without the password: the list shows it to everybody, too.
    const { _id, title } = await rooms.open(roomIdOf(req));
    const words = wordsFor(req);
    await setRefused(res, refusal ?? new Refusal('PASSWORD_NEEDED'));
    render(res, 'password.html', {
      title: words.titles.password,
      room: { _id, title },
      error: refusal && refusalText(refusal, words),
    });
  }

  const leaveRoom: RequestHandler<{ id: string }> = async (req, res) => {
    try {
      await rooms.leave(roomIdOf(req), whoIs(req));
    } catch (error) {
      if (!isRefusal(error, 'ROOM_NOT_FOUND')) throw error;
    }
    res.redirect(303, `${req.baseUrl}/`);
  };

  /**
   * A form that was refused is shown at the address that it was posted to. If that address is opened again, for example by
   * Enter in the address bar, it leads to the room.
   */
  const leadToRoom: RequestHandler<{ id: string }> = (req, res) => {
    res.redirect(roomAddress(req, res, req.params.id));
  };

  const removeRoom: RequestHandler<{ id: string }> = async (req, res) => {
    await rooms.remove(roomIdOf(req), whoIs(req));
    res.send('ok');
  };

  return { renderMain, renderRoom, createRoom, enterRoom, givePassword, leaveRoom, leadToRoom, removeRoom };
}

function isRefusal(error: unknown, code: Refusal['code']): error is Refusal {
  return error instanceof Refusal && error.code === code;
}

/** The typed values that are text, to be shown in the form again; without the password. */
function strings({ password: _, ...values }: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

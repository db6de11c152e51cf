/** Chats over HTTP: sending a text or a GIF, reading the log, and showing GIF files. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { chatPage } from './chat-page';
import { parse, roomIdOf } from './input';
import { tellName } from './named';
import { nameOf, once } from './once';
import { refusalText } from '../locales';
import { roomAddress } from '../middlewares/cookie-check';
import { setRefused, wantsPage } from '../middlewares/errors';
import { isNewcomer, payerOf, visitorOf, whoIs } from '../middlewares/identity';
import { wordsFor } from '../middlewares/language';
import * as inputs from '../rules/inputs';
import { Refusal } from '../rules/refusal';
import { tidy } from '../rules/text';
import type { Services } from '../services';
import type { Stored } from '../services/chats';
import { lengthOf, MAX_CHAT_LENGTH } from '../shared/sizes';

const saying = z.object({ chat: inputs.chat, nonce: inputs.nonce.optional(), once });
const naming = z.object({ name: inputs.name });
/** The text as it was typed, whether or not it can be sent; empty for none. */
const typed = z.object({ chat: z.string().catch('') }).catch({ chat: '' });
const uploading = z.object({ nonce: inputs.nonce.optional(), once });
const range = z.object({ before: inputs.seq.optional(), after: inputs.seq.optional(), limit: inputs.limit });

type ForRoom = RequestHandler<{ id: string }>;

/** The handlers. They throw a `Refusal` for what a person may not do, and the error handler makes the answer of it. */
export function chatControllers({ rooms, chats, history, gifs }: Services) {
  const sendChat: ForRoom = async (req, res) => {
    const length = lengthOf(tidy(typed.parse(req.body).chat));
    if (length > MAX_CHAT_LENGTH) throw new Refusal('BAD_REQUEST', { length });
    const { chat, once: field, nonce } = parse(saying, req.body);
    answer(req, res, await chats.send(roomIdOf(req), whoIs(req), chat, nonce ?? nameOf(field, chat), 'http'));
  };

  const admitUpload: ForRoom = async (req, _res, next) => {
    await chats.admitUpload(roomIdOf(req), whoIs(req));
    next();
  };

  /** If the upload is refused for any reason, its file is removed. */
  const sendGif: ForRoom = async (req, res) => {
    if (req.file === undefined) throw new Refusal('NO_GIF');
    const { path, originalname } = req.file;
    try {
      const { once: field, nonce } = parse(uploading, req.body);
      const content = `${originalname} ${String(await gifs.sizeOf(path))}`;
      answer(req, res, await chats.sendGif(roomIdOf(req), whoIs(req), path, nonce ?? nameOf(field, content)));
    } catch (error) {
      await gifs.discard(path);
      throw error;
    }
  };

  const renamePerson: ForRoom = async (req, res) => {
    const { success, data } = naming.safeParse(req.body);
    if (!success) throw new Refusal('BAD_REQUEST', { field: 'name' });
    await chats.rename(roomIdOf(req), whoIs(req), data.name, 'http');
    tellName(req, res, roomIdOf(req), data.name ?? '');
    done(req, res);
  };

  const takeBack: RequestHandler<{ id: string; seq: string }> = async (req, res) => {
    await chats.takeBack(roomIdOf(req), whoIs(req), parse(inputs.seq, req.params.seq));
    done(req, res);
  };

  const listChats: ForRoom = async (req, res) => {
    const { before, after, limit } = parse(range, req.query);
    if (before !== undefined && after !== undefined) throw new Refusal('BAD_REQUEST');
    const which = before !== undefined ? { before } : after !== undefined ? { after } : 'newest';
    res.json(await history.page(roomIdOf(req), payerOf(req), which, limit));
  };

  /** Sends a GIF. With these headers a browser can only show it as a picture: it runs nothing and loads nothing. */
  const showGif: RequestHandler<{ room: string; file: string }> = async (req, res) => {
    const { room, file } = req.params;
    const gif = gifs.nameOf(room, file);
    if (gif === undefined) throw new Refusal('PAGE_NOT_FOUND');
    const { erasing } = await rooms.readable(room, visitorOf(req)?.id);
    if (erasing.some((taken) => taken.gif === gif)) throw new Refusal('PAGE_NOT_FOUND');
    const found = await gifs.read(gif);
    if (found === undefined) throw new Refusal('PAGE_NOT_FOUND');
    res.set({
      'Content-Type': 'image/gif',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'private, max-age=3600',
      // A name is used for one file only, so the name can be the ETag.
      ETag: `"${file}"`,
    });
    await sendFile(req, res, found.size, found.stream);
  };

  /**
   * A chat or GIF from a page's form was refused: shows the room's page again, with the reason and the typed text. Scripts,
   * and people who may not read the room, get their answer from the general error handler.
   */
  const showAgain: ErrorRequestHandler<{ id: string }> = async (error: unknown, req, res, next) => {
    const userId = visitorOf(req)?.id;
    if (!(error instanceof Refusal) || userId === undefined || !wantsPage(req, res)) {
      next(error);
      return;
    }
    let room;
    try {
      room = await rooms.readable(roomIdOf(req), userId);
    } catch {
      // A newcomer to a secret room either lost the session or refuses cookies. The room's page tells which.
      if (error.code === 'NOT_ADMITTED' && isNewcomer(res))
        res.redirect(303, roomAddress(req, res, req.params.id));
      else next(error);
      return;
    }
    const draft = typed.parse(req.body).chat;
    await setRefused(res, error);
    await chatPage(req, res, {
      room,
      history,
      error: refusalText(error, wordsFor(req)),
      draft,
    });
  };

  return { sendChat, admitUpload, sendGif, showAgain, renamePerson, takeBack, listChats, showGif };
}

/**
 * A page's form is sent back to the room. A script gets `ok`, as in the book; the chat's number is in a header, because the
 * book's clients expect nothing else in the body.
 */
function answer(req: Request<{ id: string }>, res: Response, { seq }: Stored): void {
  res.set('Chat-Seq', String(seq));
  done(req, res);
}

/** Sends a page's form back to the room, and `ok` to a script. */
function done(req: Request<{ id: string }>, res: Response): void {
  if (wantsPage(req, res)) res.redirect(303, roomAddress(req, res, req.params.id));
  else res.send('ok');
}

/** Sends the file, unless the browser has it already. It is no error if the browser closes the connection in between. */
async function sendFile(req: Request<object>, res: Response, size: number, file: Readable): Promise<void> {
  if (req.fresh) res.status(304);
  else res.set('Content-Length', String(size));
  if (req.fresh || req.method === 'HEAD') {
    file.destroy();
    res.end();
    return;
  }
  await pipeline(file, res).catch((error: unknown) => {
    if (!res.headersSent) throw error;
  });
}

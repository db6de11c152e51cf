/** Chats over HTTP: saying something, reading the log, and the GIF files. */
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { chatPage } from './chat-page';
import { refusals } from '../locales';
import { STATUS, wantsPage } from '../middlewares/errors';
import { visitorOf, whoIs } from '../middlewares/identity';
import * as inputs from '../rules/inputs';
import { Refusal } from '../rules/refusal';
import type { Services } from '../services';
import type { Stored } from '../services/chats';

const saying = z.object({ chat: inputs.chat, nonce: inputs.nonce.optional() });
const uploading = z.object({ nonce: inputs.nonce.optional() });
const range = z.object({ before: inputs.seq.optional(), after: inputs.seq.optional(), limit: inputs.limit });

type ForRoom = RequestHandler<{ id: string }>;

export function chatControllers({ rooms, chats, gifs }: Services) {
  const sendChat: ForRoom = (req, res) =>
    answer(req, res, () => {
      const { chat, nonce } = parse(saying, req.body);
      return chats.send(req.params.id, whoIs(req), chat, nonce, 'http');
    });

  /** Before a file is read: who may not say anything here need not send it. */
  const mayUpload: ForRoom = async (req, _res, next) => {
    await rooms.readable(req.params.id, whoIs(req).id);
    next();
  };

  const sendGif: ForRoom = (req, res) =>
    answer(req, res, () => {
      if (req.file === undefined) throw new Refusal('NO_GIF');
      const { nonce } = parse(uploading, req.body);
      return chats.sendGif(req.params.id, whoIs(req), req.file.path, nonce);
    });

  const listChats: ForRoom = async (req, res) => {
    const { before, after, limit } = parse(range, req.query);
    if (before !== undefined && after !== undefined) throw new Refusal('BAD_REQUEST');
    const which = before !== undefined ? { before } : after !== undefined ? { after } : 'newest';
    res.json(await chats.page(req.params.id, visitorOf(req)?.id, which, limit));
  };

  /** A file that claims nothing and does nothing, whatever a browser makes of it. */
  const showGif: RequestHandler<{ room: string; file: string }> = async (req, res) => {
    const { room, file } = req.params;
    const path = gifs.pathOf(room, file);
    if (path === undefined) throw new Refusal('PAGE_NOT_FOUND');
    await rooms.readable(room, visitorOf(req)?.id);
    res.set({
      'Content-Type': 'image/gif',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'private, max-age=3600',
    });
    await sendFile(res, path);
  };

  /** `ok` for a script, with the chat's number in a header; a page's form goes back to the room, or is shown again with what was wrong. */
  async function answer(
    req: Request<{ id: string }>,
    res: Response,
    act: () => Promise<Stored>,
  ): Promise<void> {
    try {
      const { seq } = await act();
      // The answer's body is the book's.
      res.set('Chat-Seq', String(seq));
    } catch (error) {
      if (!wantsPage(req, res) || !(error instanceof Refusal)) throw error;
      const { id: userId } = whoIs(req);
      // Who may not see the room is told so by the error handler instead.
      const room = await rooms.readable(req.params.id, userId).catch(() => {
        throw error;
      });
      const draft = z.object({ chat: z.string() }).safeParse(req.body).data?.chat;
      res.status(STATUS[error.code]);
      await chatPage(res, {
        room,
        userId,
        chats,
        error: refusals[error.code],
        ...(draft !== undefined && { draft }),
      });
      return;
    }
    if (wantsPage(req, res)) res.redirect(303, `/room/${req.params.id}`);
    else res.send('ok');
  }

  return { sendChat, mayUpload, sendGif, listChats, showGif };
}

function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input ?? {});
  if (!parsed.success) throw new Refusal('BAD_REQUEST', { cause: parsed.error });
  return parsed.data;
}

function sendFile(res: Response, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    res.sendFile(path, { cacheControl: false, dotfiles: 'allow' }, (error?: Error) => {
      if (error === undefined || res.headersSent) resolve();
      else reject(new Refusal('PAGE_NOT_FOUND', { cause: error }));
    });
  });
}

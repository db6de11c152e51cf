/** The chat page: the room, the people in it, and the newest chats of its log. */
import type { Request, Response } from 'express';
import { colorsOf, render } from './page';
import { payerOf, visitorOf } from '../middlewares/identity';
import type { History } from '../services/history';
import { summaryOf } from '../services/summary';
import { meIn, peopleOf } from '../services/sent';
import type { Room } from '../types/room';

const CHATS_A_PAGE = 50;

interface ChatPage {
  room: Room;
  history: History;
  /** Why a chat or GIF that the page's form sent was refused. */
  error?: string;
  /** The text that was typed into the form, to be shown in it again. */
  draft?: string;
}

/** Renders the page for who asks for it. @throws Refusal ROOM_NOT_FOUND, BARRED, NOT_ADMITTED or RATE_LIMITED. */
export async function chatPage(
  req: Request<object>,
  res: Response,
  { room, history, error, draft }: ChatPage,
): Promise<void> {
  const { chats: newest, more } = await history.page(room._id, payerOf(req), 'newest', CHATS_A_PAGE);
  // A browser that loads the page ahead may have no session.
  const userId = visitorOf(req)?.id ?? '';
  const me = meIn(room, userId);
  const people = peopleOf(room);
  render(res, 'chat.html', {
    title: room.title,
    room: summaryOf(room),
    me,
    user: me.color,
    isOwner: room.ownerId === userId,
    people,
    chats: newest,
    more,
    error,
    draft,
    colors: colorsOf([me], people, newest, [{ owner: room.owner }]),
  });
}

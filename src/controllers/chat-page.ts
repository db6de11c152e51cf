/** The chat page: the room, the people in it, and the newest chats of its log. */
import type { Response } from 'express';
import { colorsOf, render } from './page';
import type { History } from '../services/history';
import { summaryOf } from '../services/rooms';
import { meIn, peopleOf } from '../services/sent';
import type { Room } from '../types/room';

const CHATS_A_PAGE = 50;

interface ChatPage {
  room: Room;
  userId: string;
  history: History;
  /** Why a chat or GIF that the page's form sent was refused. */
  error?: string;
  /** The text that was typed into the form, to be shown in it again. */
  draft?: string;
}

/** Renders the page. @throws Refusal ROOM_NOT_FOUND, BARRED or NOT_ADMITTED. */
export async function chatPage(
  res: Response,
  { room, userId, history, error, draft }: ChatPage,
): Promise<void> {
  const { chats: newest, more } = await history.page(room._id, userId, 'newest', CHATS_A_PAGE);
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

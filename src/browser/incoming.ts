/** Guards for everything that the server sends to the pages: events, answers to events, and JSON. */
import { is, isBoolean, isNumber, isString, listOf, optional, shape, type Guard } from './guards';
import type {
  ChatEvents,
  ChatRequests,
  Joined,
  PersonRef,
  PersonSummary,
  Refused,
  RoomEvents,
  RoomSummary,
  SentChat,
  SocketErrorCode,
  Typists,
  Whisper,
} from '../types/events';

/** The data of an event. */
export type Payload<Event> = Event extends (payload: infer P) => void ? P : never;
/** The answer to an event. */
export type Answered<E extends keyof ChatRequests> = Parameters<
  NonNullable<Parameters<ChatRequests[E]>[1]>
>[0];
export type EventGuards<Events> = { [E in keyof Events]: Guard<Payload<Events[E]>> };

/** A page of a room's history. */
export interface HistoryPage {
  /** The oldest first. */
  chats: SentChat[];
  /** Whether there are more in the direction that was asked for. */
  more: boolean;
}

const hasCommon = shape<Omit<SentChat, 'kind' | '_id' | 'user'> & { kind: string }>({
  room: isString,
  seq: isNumber,
  // A newer server may have more kinds than this page knows. The page shows them by their sentence.
  kind: isString,
  userId: isString,
  color: isString,
  name: optional(isString),
  takenBack: optional(is(true)),
  nonce: isString,
  createdAt: isString,
});
const hasText = shape({ chat: isString });
const hasGif = shape({ gif: isString, width: isNumber, height: isNumber });
const isChat = (value: unknown): value is SentChat =>
  hasCommon(value) && (value.takenBack === true || (value.kind === 'gif' ? hasGif(value) : hasText(value)));
const isChats = listOf(isChat);
const isPerson = shape<PersonRef>({ id: isString, color: isString, name: optional(isString) });
const isMember = shape<PersonSummary>({
  id: isString,
  color: isString,
  name: optional(isString),
  owner: isBoolean,
});
const isOfRoom = shape({ room: isString });
const isRoom = shape<RoomSummary>({
  _id: isString,
  title: isString,
  max: isNumber,
  owner: isString,
  password: isBoolean,
  ephemeral: isBoolean,
  count: isNumber,
  createdAt: isString,
});

/** The answer to a request for a page of history. */
export const isHistoryPage = shape<HistoryPage>({ chats: isChats, more: isBoolean });
/** The answer to a refused HTTP request. */
export const isError = shape({ error: shape({ code: isString, message: isString }) });

/** The events of the namespace `/room`. */
export const listEvents: EventGuards<RoomEvents> = {
  newRoom: isRoom,
  removeRoom: isString,
  updateRooms: listOf(shape({ _id: isString, count: isNumber, owner: isString })),
};

/** The events of the namespace `/chat` that our page uses. */
export const chatEvents: EventGuards<Omit<ChatEvents, 'join' | 'exit' | 'chat'>> = {
  chats: isChats,
  behind: shape({ room: isString, seq: isNumber }),
  roomClosed: isOfRoom,
  kicked: isOfRoom,
  whisper: shape<Whisper>({ from: isPerson, to: isPerson, chat: isString, createdAt: isString }),
  typing: shape<Typists>({ room: isString, people: listOf(isPerson), count: isNumber }),
};

const isRefused = shape<Refused>({
  ok: is(false),
  code: (value): value is SocketErrorCode => isString(value),
  message: isString,
  retryAfter: optional(isNumber),
});
const isOk = shape({ ok: is(true) });
const isDone = answer(isOk);

/** The answers to the events that our page sends. */
export const answers: { [E in keyof ChatRequests]: Guard<Answered<E>> } = {
  join: answer(
    shape<{ ok: true } & Joined>({
      ok: is(true),
      seq: isNumber,
      me: isPerson,
      people: optional(listOf(isMember)),
      missed: isChats,
      takenBack: optional(listOf(isNumber)),
      more: isBoolean,
      ephemeral: isBoolean,
      nameRefused: optional(is(true)),
    }),
  ),
  leave: isDone,
  chat: answer(shape({ ok: is(true), _id: isString, seq: isNumber })),
  whisper: isDone,
  typing: isDone,
  rename: isDone,
  takeback: isDone,
  kick: isDone,
  handover: isDone,
};

function answer<T extends { ok: true }>(isAccepted: Guard<T>): Guard<T | Refused> {
  return (value) => isAccepted(value) || isRefused(value);
}

/** What the lab's pages and the server send each other. */

/** The lab's sockets hear this before the server ends them: the reason, as a sentence. */
interface Ending {
  ended: (reason: string) => void;
}

/** The default namespace: the chapter's first Socket.IO program. */
export interface NewsEvents extends Ending {
  news: (text: string) => void;
}
export interface NewsRequests {
  reply: (text: string) => void;
}

/** `/lab/chat`: chat over sockets alone. */
export interface LabSaid {
  user: string;
  chat: string;
}
export interface LabChatEvents extends Ending {
  /** The color that the server gave to this socket. */
  you: (user: string) => void;
  /** The sentence is the book's. A page makes its own, in its reader's language, from the color of the person. */
  join: (said: LabSaid & { color: string }) => void;
  exit: (said: LabSaid & { color: string }) => void;
  chat: (said: LabSaid) => void;
}
export interface LabChatRequests {
  join: (room: string) => void;
  chat: (said: { room: string; user?: string | undefined; chat: string }) => void;
}

/** `/lab/rooms`: a message says which way it went and which socket sent it. */
interface PaneMessage {
  way: string;
  from: string;
}
export interface PaneEvents extends Ending {
  message: (message: PaneMessage) => void;
  /** The rooms that this socket is in now, its own room among them. */
  rooms: (rooms: string[]) => void;
}
export interface PaneRequests {
  join: (room: string) => void;
  leave: (room: string) => void;
  /** To the sender itself, and to the whole namespace. */
  emit: () => void;
  emitToAll: () => void;
  toRoom: (room: string) => void;
  toSocket: (socketId: string) => void;
  broadcast: () => void;
  except: (room: string) => void;
}

/** The counter that is told in four ways; `at` is when it changed, in ms of the server's clock. */
export interface Count {
  count: number;
  at: number;
}
export type Way = 'short' | 'long' | 'events' | 'socket';

/** What one way cost until now, as the server counted it; bytes include the headers. */
export interface Cost {
  requests: number;
  up: number;
  down: number;
}
/** `now` is the server's clock, in ms, so that a page can tell how late a count arrives. */
export interface RunReport {
  now: number;
  costs: Record<Way, Cost>;
}

/** How many clients have a bare WebSocket, and how many replies came in the last three seconds and in all. */
export interface Crowd {
  clients: number;
  lately: number;
  replies: number;
}

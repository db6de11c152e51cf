/** The bounds of the lab: for all visitors together, for one visitor, and for one connection. */

export interface Bounds {
  /** Connections that are open at once: WebSockets, Socket.IO namespaces, event streams, waiting polls, comparisons. */
  sockets: number;
  /** Of those, how many one session may hold. A class shares one address, so that addresses alone do not tell people apart. */
  socketsOfSession: number;
  /** How many connections all visitors without a session may hold from one network: programs, and pages of students. */
  socketsOfAddress: number;
  /** How long one connection may last, in ms. */
  life: number;
  /** How many messages one connection may send in a second. */
  messagesPerSecond: number;
  /** How many messages all connections together may have passed on in a second, since each may go to everybody. */
  messagesPassedOn: number;
  /** The longest message that a bare WebSocket may send, in bytes. */
  messageBytes: number;
  /** How often a bare WebSocket must give a sign of life, in ms. */
  heartbeat: number;
}

/** The bounds of a real server. Tests use lower ones. */
export const BOUNDS: Bounds = {
  sockets: 200,
  socketsOfSession: 8,
  socketsOfAddress: 60,
  life: 10 * 60_000,
  messagesPerSecond: 20,
  messagesPassedOn: 100,
  messageBytes: 4_096,
  heartbeat: 10_000,
};

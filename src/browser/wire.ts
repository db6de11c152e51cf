/** What goes over a Socket.IO connection. Data without the right form is ignored. */
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import { answers, type Answered, type EventGuards, type Payload } from './incoming';
import type { ChatRequests } from '../types/events';

/** Socket.IO's client: connects to a namespace. */
export type Io = (namespace: string, options: Partial<ManagerOptions & SocketOptions>) => Socket;

/** @returns a function that listens to an event. Data that its guard refuses is ignored. */
export function listener<Events>(socket: Socket, guards: EventGuards<Events>) {
  return <E extends keyof Events & string>(event: E, hear: (payload: Payload<Events[E]>) => void): void => {
    const name: string = event;
    socket.on(name, (payload: unknown) => {
      if (guards[event](payload)) hear(payload);
    });
  };
}

/**
 * Sends an event and waits for its answer.
 * @param patience ms
 * @returns undefined if no answer came in time, or the guard refuses it
 */
export async function ask<E extends keyof ChatRequests>(
  socket: Socket,
  event: E,
  payload: Parameters<ChatRequests[E]>[0],
  patience: number,
): Promise<Answered<E> | undefined> {
  // Without a connection Socket.IO would keep the event, and send it before the next join.
  if (!socket.connected) return undefined;
  try {
    const answer: unknown = await socket.timeout(patience).emitWithAck(event, payload);
    return answers[event](answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

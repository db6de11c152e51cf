/** A Socket.IO connection from which only what is as it should be is heard. */
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import { answers, type Answered, type EventGuards, type Payload } from './incoming';
import type { ChatRequests } from '../types/events';

/** Socket.IO's client, from wherever it comes. */
export type Io = (namespace: string, options: Partial<ManagerOptions & SocketOptions>) => Socket;

/** Listens to events; what their guard does not let pass is dropped. */
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
 * @returns undefined when no answer came in time, or none that is one
 */
export async function ask<E extends keyof ChatRequests>(
  socket: Socket,
  event: E,
  payload: Parameters<ChatRequests[E]>[0],
  patience: number,
): Promise<Answered<E> | undefined> {
  // Socket.IO would keep it and send it before the next join.
  if (!socket.connected) return undefined;
  try {
    const answer: unknown = await socket.timeout(patience).emitWithAck(event, payload);
    return answers[event](answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

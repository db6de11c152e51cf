/**
 * With LOG=debug, writes one line to the log for each thing that happens in a room. The line says what happened, where, and to
 * whom. It never has anything that people wrote: no text, no title, no name.
 */
import { logger } from '../logger';
import type { Whisper } from '../types/events';
import type { Chat } from '../types/room';

/** People coming and going, chats, kicks and all else that a commit of this process added to a room's log. */
export function noteChats(said: readonly Chat[]): void {
  if (!logger.isWritten('debug')) return;
  for (const { room, seq, kind, color, userId } of said)
    logger.debug(`room ${room}: ${String(seq)} ${kind} ${color} ${userId}`);
}

/** Who whispered to whom. */
export function noteWhisper({ from, to }: Whisper): void {
  logger.debug(`whisper ${from.color} ${from.id} to ${to.color} ${to.id}`);
}

/** Taking back a text or GIF: the log still tells that somebody said something here, but not what it was. */
import { applyRule } from './apply';
import { addChat } from './room-draft';
import { contentBytes, loggedPerson } from './log';
import { colorIn, placeOf, refusalToRead, type Moment, type Outcome } from './room';
import { isSaid } from '../shared/kinds';
import type { Room } from '../types/room';

/** How many chats of a room may wait to be erased. The sweeper erases them within seconds. */
const MAX_ERASING = 200;

/** The fields of a chat that the rule needs to take it back. */
export interface Retractable {
  seq: number;
  userId: string;
  kind: string;
  chat?: string;
  gif?: string;
  bytes?: number;
  takenBack?: true;
}

/**
 * The person who said something takes it back, or the owner does. If the chat is taken back already, nothing changes, and the
 * answer is the same. From this commit on, the store gives out the chat without its content; the sweeper erases the content
 * soon after.
 * @param chat the chat as the store has it; undefined if the log has no such chat.
 */
export function takeBack(room: Room, by: string, chat: Retractable | undefined, at: Moment): Outcome {
  return applyRule<undefined>(room, at, (draft) => {
    const refused = refusalToRead(draft.room, by);
    if (refused !== undefined) return { refused };
    if (chat === undefined || !isSaid(chat.kind)) return { refused: 'BAD_REQUEST' };
    if (chat.userId !== by && draft.room.ownerId !== by) return { refused: 'FORBIDDEN' };
    const { seq, gif } = chat;
    const isTakenBack = chat.takenBack === true || draft.room.erasing.some((other) => other.seq === seq);
    if (isTakenBack) return undefined;
    if (draft.room.ephemeral) {
      // Chats are not stored here, so nothing is to be erased. The room only remembers not to take the chat back twice.
      draft.room.recent = draft.room.recent.map((one) =>
        one.seq === seq ? { ...one, takenBack: true } : one,
      );
    } else {
      if (draft.room.erasing.length >= MAX_ERASING) return { refused: 'UNAVAILABLE' };
      draft.room.erasing = [
        ...draft.room.erasing,
        { seq, bytes: contentBytes(chat), ...(gif !== undefined && { gif }) },
      ];
    }
    const person = placeOf(draft.room, by) ?? { id: by, color: colorIn(draft.room, by) };
    addChat(draft, { kind: 'takeback', about: seq, ...loggedPerson(person) }, at);
    return undefined;
  });
}

/** These chats were erased from the store, so the room need not remember them any longer. */
export function erased(room: Room, seqs: readonly number[], at: Moment): Outcome {
  return applyRule(room, at, ({ room: draft }) => {
    const left = draft.erasing.filter(({ seq }) => !seqs.includes(seq));
    for (const { seq, bytes } of draft.erasing) if (seqs.includes(seq)) draft.bytes -= bytes;
    if (left.length < draft.erasing.length) draft.erasing = left;
    return undefined;
  });
}

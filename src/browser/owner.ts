/** What a room's owner may do. Each action asks first. */
import { confirm } from './confirm';
import type { Connection } from './connection';
import { isError } from './incoming';
import { addressOf } from './site';
import { composerWords, ownerWords } from '../locales/browser';
import { calledOf } from '../shared/called';
import type { Answer, PersonRef } from '../types/events';

interface Parts {
  room: string;
  connection: Pick<Connection, 'request'>;
  onProblem: (text: string) => void;
}

/** Does nothing if the owner says no. Errors are shown by `onProblem`. */
export function createOwner({ room, connection, onProblem }: Parts) {
  function tell(who: PersonRef, answer: Answer | undefined): void {
    if (answer === undefined) onProblem(ownerWords.notDone);
    // What the page asks for is well formed. So this can only mean that the person has left.
    else if (!answer.ok)
      onProblem(answer.code === 'BAD_REQUEST' ? composerWords.isNotHere(calledOf(who)) : answer.message);
  }

  return {
    async kick(who: PersonRef): Promise<void> {
      if (!(await confirm(ownerWords.mayKick(calledOf(who)), ownerWords.kick))) return;
      tell(who, await connection.request('kick', { room, userId: who.id }));
    },

    async handOver(who: PersonRef): Promise<void> {
      if (!(await confirm(ownerWords.mayHandOver(calledOf(who)), ownerWords.handOver))) return;
      tell(who, await connection.request('handover', { room, userId: who.id }));
    },

    async removeRoom(): Promise<void> {
      if (!(await confirm(ownerWords.mayRemoveRoom, ownerWords.removeRoom))) return;
      const problem = await remove(room);
      if (problem === undefined) location.assign(addressOf('/'));
      else onProblem(problem);
    },
  };
}

/** @returns an error text, undefined on success */
async function remove(room: string): Promise<string | undefined> {
  try {
    const response = await fetch(addressOf(`/room/${room}`), {
      method: 'DELETE',
      headers: { Accept: 'application/json' },
    });
    if (response.ok) return undefined;
    const answer: unknown = await response.json();
    return isError(answer) ? answer.error.message : ownerWords.notRemoved;
  } catch {
    return ownerWords.notRemoved;
  }
}

/** How a rule is applied to a room. */
import { addConsequences } from './after-change';
import { draftOf, finish, type Draft } from './room-draft';
import type { Moment, Outcome, RefusedChange } from './room';
import type { Room } from '../types/room';

/**
 * Applies one rule to a room. First come the changes that time alone makes, then the rule, then the consequences of what
 * the rule changed.
 */
export function applyRule<A>(room: Room, at: Moment, act: (draft: Draft) => A | RefusedChange): Outcome<A> {
  const draft = draftOf(room);
  addConsequences(draft, at);
  const answer = act(draft);
  if (isRefused(answer)) return answer;
  addConsequences(draft, at);
  return finish(room, draft, answer);
}

function isRefused(answer: unknown): answer is RefusedChange {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

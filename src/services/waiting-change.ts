/** A change of a room while it waits to be committed: who waits for it, how long, and what became of it. */
import { logger } from '../logger';
import { Refusal } from '../rules/refusal';
import type { FindChat, Moment, Outcome } from '../rules/room';
import type { NonceKey } from '../stores/store';
import type { Chat, Room } from '../types/room';

/** One change of a room, as the rules make it. */
export interface Change<A> {
  apply(room: Room, at: Moment, findChat: FindChat): Outcome<A>;
  /** What the rule will ask `findChat` for. */
  nonce?: NonceKey | undefined;
  /** Called when it is certain whether the change is stored, even if nobody waits for it any more. */
  onFate?(isDone: boolean): void;
}

/** What the queue of a room needs to know of a change, whatever its answer is. */
export type AnyWaitingChange = Pick<
  WaitingChange<never>,
  'nonce' | 'always' | 'isWithdrawn' | 'dropIfWithdrawn' | 'apply' | 'answer' | 'fail' | 'abandon'
>;

export class WaitingChange<A> {
  /** It happens however long it waits, and however much waits before it. */
  readonly always: boolean;
  #isWithdrawn = false;
  #outcome: Outcome<A> | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #change: Change<A>;
  readonly #resolve: (answer: A) => void;
  readonly #reject: (error: unknown) => void;

  /** @param patience in ms: when a person has waited so long, the change is withdrawn, unless a commit has taken it. */
  constructor(
    change: Change<A>,
    resolve: (answer: A) => void,
    reject: (error: unknown) => void,
    patience: number | 'for ever',
  ) {
    this.#change = change;
    this.#resolve = resolve;
    this.#reject = reject;
    this.always = patience === 'for ever';
    if (patience !== 'for ever') this.#timer = setTimeout(() => this.#withdraw(), patience);
  }

  get nonce(): NonceKey | undefined {
    return this.#change.nonce;
  }

  get isWithdrawn(): boolean {
    return this.#isWithdrawn;
  }

  /** If its person waits no longer, it does not happen: to be called only while no try of it can be stored. */
  dropIfWithdrawn(): boolean {
    if (this.#isWithdrawn) this.#change.onFate?.(false);
    return this.#isWithdrawn;
  }

  /** The room after the change and what it said; undefined when it was refused. */
  apply(room: Room, at: Moment, findChat: FindChat): { room: Room; said: Chat[] } | undefined {
    try {
      this.#outcome = this.#change.apply(room, at, findChat);
    } catch (error) {
      // A rule that throws is a fault of ours: it must not take the other changes of its batch with it.
      logger.error(error);
      this.#outcome = { refused: 'INTERNAL' };
    }
    return 'refused' in this.#outcome ? undefined : this.#outcome;
  }

  /** The batch is durable as it was applied last: answers whoever waits. */
  answer(): void {
    clearTimeout(this.#timer);
    if (this.#outcome === undefined) return;
    const isRefused = 'refused' in this.#outcome;
    this.#change.onFate?.(!isRefused);
    if ('refused' in this.#outcome) this.#reject(new Refusal(this.#outcome.refused));
    else this.#resolve(this.#outcome.answer);
  }

  /** It did not happen and will not. */
  fail(error: unknown): void {
    this.#change.onFate?.(false);
    this.abandon(error);
  }

  /** Nobody knows whether it happened. */
  abandon(error: unknown): void {
    clearTimeout(this.#timer);
    this.#reject(error);
  }

  #withdraw(): void {
    this.#isWithdrawn = true;
    this.#reject(new Refusal('UNAVAILABLE'));
  }
}

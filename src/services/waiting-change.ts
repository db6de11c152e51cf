/** A change of a room that waits to be committed, and the person who waits for its answer. */
import { logger } from '../logger';
import { Refusal } from '../rules/refusal';
import type { FindChat, Moment, Outcome } from '../rules/room';
import type { Retractable } from '../rules/takeback';
import type { NonceKey } from '../stores/store';
import type { Chat, Room } from '../types/room';

/** What a rule may look up in the log. */
export interface Found {
  /** Finds what a person said before with this nonce. */
  readonly byNonce: FindChat;
  /** Finds a chat by its number. */
  readonly bySeq: (seq: number) => Retractable | undefined;
}

/** A change of a room. */
export interface Change<A> {
  /** Applies the rule. It may be called more than once, each time with a newer version of the room. */
  apply(room: Room, at: Moment, found: Found): Outcome<A>;
  /** The nonce that the rule looks up by `found.byNonce`. */
  nonce?: NonceKey | undefined;
  /** The number of the chat that the rule is about. */
  about?: number;
  /** Is called when it is certain whether the change is stored, even if the person does not wait any more. */
  onFate?(isDone: boolean): void;
}

/** A waiting change as the queue of its room uses it, which does not need the type of the answer. */
export type AnyWaitingChange = Pick<
  WaitingChange<never>,
  'nonce' | 'about' | 'always' | 'isWithdrawn' | 'dropIfWithdrawn' | 'apply' | 'answer' | 'fail' | 'abandon'
>;

export class WaitingChange<A> {
  /** Whether it is always queued, however many changes wait, and never withdrawn, however long it waits. */
  readonly always: boolean;
  #isWithdrawn = false;
  #outcome: Outcome<A> | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #change: Change<A>;
  readonly #resolve: (answer: A) => void;
  readonly #reject: (error: unknown) => void;

  /**
   * @param patience in ms: how long the person waits. After that the person gets UNAVAILABLE, and the change is withdrawn:
   * it will not be stored, unless a commit has begun with it.
   */
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

  get about(): number | undefined {
    return this.#change.about;
  }

  get isWithdrawn(): boolean {
    return this.#isWithdrawn;
  }

  /**
   * Tells a withdrawn change that it will not be stored. It may be called only while no write with this change can be
   * stored. @returns whether the change is withdrawn, so that the caller must leave it out.
   */
  dropIfWithdrawn(): boolean {
    if (this.#isWithdrawn) this.#change.onFate?.(false);
    return this.#isWithdrawn;
  }

  /** The room after the change, and the chats that it adds; undefined if the rule refuses it. */
  apply(room: Room, at: Moment, found: Found): { room: Room; said: Chat[] } | undefined {
    try {
      this.#outcome = this.#change.apply(room, at, found);
    } catch (error) {
      // A rule that throws is our mistake. The other changes of the batch must not fail because of it.
      logger.error(error);
      this.#outcome = { refused: 'INTERNAL' };
    }
    return 'refused' in this.#outcome ? undefined : this.#outcome;
  }

  /** The batch is stored. Gives the person the answer of the last `apply`. */
  answer(): void {
    clearTimeout(this.#timer);
    if (this.#outcome === undefined) return;
    const isRefused = 'refused' in this.#outcome;
    this.#change.onFate?.(!isRefused);
    if ('refused' in this.#outcome) this.#reject(new Refusal(this.#outcome.refused));
    else this.#resolve(this.#outcome.answer);
  }

  /** The change is not stored and will not be. */
  fail(error: unknown): void {
    this.#change.onFate?.(false);
    this.abandon(error);
  }

  /** It is not known whether the change is stored. */
  abandon(error: unknown): void {
    clearTimeout(this.#timer);
    this.#reject(error);
  }

  #withdraw(): void {
    this.#isWithdrawn = true;
    this.#reject(new Refusal('UNAVAILABLE'));
  }
}

/** How often a person or an address may do something, over HTTP and sockets together. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Refusal } from '../rules/refusal';

/** `points` times in `duration` seconds, counted for each key: a person's id, an address, or an address with a room. */
const LIMITS = {
  /** Chats and whispers of a person: more than a fast typist can write. */
  chat: { points: 30, duration: 10 },
  gif: { points: 12, duration: 60 },
  typing: { points: 30, duration: 10 },
  /** Joins and leaves of a person, including those of other tabs and reconnects. */
  join: { points: 60, duration: 60 },
  /** Chats in the answers to joins: of a person, and of an address, which a whole school class may share. */
  missed: { points: 2_000, duration: 60 },
  missedOfAddress: { points: 20_000, duration: 60 },
  /** Kicks, handovers and closings by an owner. */
  rule: { points: 60, duration: 60 },
  name: { points: 10, duration: 60 },
  /** Chats that a person takes back. */
  takeback: { points: 60, duration: 60 },
  /** Wrong passwords from an address: for one room, and for all rooms together. */
  password: { points: 10, duration: 300 },
  passwords: { points: 60, duration: 300 },
  /** New rooms from an address. A whole school class may share one address, so it is high. */
  create: { points: 60, duration: 600 },
  /** New sessions from an address: each is a new person to us. */
  session: { points: 300, duration: 600 },
} as const;
type Limit = keyof typeof LIMITS;

export interface Limits {
  /**
   * Counts once more, or so many `times`. @throws Refusal RATE_LIMITED if this is more often than the limit allows.
   */
  spend(limit: Limit, key: string, times?: number): Promise<void>;
  /** Takes one count back. */
  giveBack(limit: Limit, key: string): Promise<void>;
}

export function createLimits(isOn: boolean): Limits {
  if (!isOn) return { spend: () => Promise.resolve(), giveBack: () => Promise.resolve() };
  const limiters = new Map(
    Object.entries(LIMITS).map(([name, limit]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, ...limit }),
    ]),
  );
  return {
    async spend(limit, key, times) {
      try {
        await limiters.get(limit)?.consume(key, times);
      } catch (error) {
        throw new Refusal('RATE_LIMITED', { cause: error });
      }
    },
    async giveBack(limit, key) {
      await limiters.get(limit)?.reward(key);
    },
  };
}

/** How often a person or an address may do a thing. One table, for HTTP and sockets alike. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Refusal } from '../rules/refusal';

/** `points` in `duration` seconds, counted for each key: a person's id, an address, or an address and a room. */
const LIMITS = {
  /** Chats and whispers of a person: a fast typist with room to spare. */
  chat: { points: 30, duration: 10 },
  gif: { points: 12, duration: 60 },
  typing: { points: 30, duration: 10 },
  /** Joins and leaves of a person, tabs and reconnects included. */
  join: { points: 60, duration: 60 },
  /** What an owner does. */
  rule: { points: 60, duration: 60 },
  /** Wrong guesses of one room's password from an address, and of all rooms' together. */
  password: { points: 10, duration: 300 },
  passwords: { points: 60, duration: 300 },
  /** New rooms of an address: a class room behind one address is the measure. */
  create: { points: 60, duration: 600 },
  /** New people (sessions) of an address. */
  session: { points: 300, duration: 600 },
} as const;
export type Limit = keyof typeof LIMITS;

export interface Limits {
  /** @throws Refusal RATE_LIMITED when this was once too often. */
  spend(limit: Limit, key: string): Promise<void>;
  /** What was spent does not count after all. */
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
    async spend(limit, key) {
      try {
        await limiters.get(limit)?.consume(key);
      } catch (error) {
        throw new Refusal('RATE_LIMITED', { cause: error });
      }
    },
    async giveBack(limit, key) {
      await limiters.get(limit)?.reward(key);
    },
  };
}

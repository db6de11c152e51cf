/** How often people may do things, over HTTP and sockets together. Every limit of this kind stands in the table below. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../rules/refusal';

/** All sessions of an address that are younger than this, in ms, share the limits `young`. */
const YOUNG = 60_000;
/**
 * One customer may have an IPv6 site (/48), which has 65,536 networks (/64). An `address` is one such network. A whole site
 * may do so many times as much as one address. @source https://www.rfc-editor.org/rfc/rfc6177#section-2
 */
const OF_SITE = 4;

/**
 * The three numbers are counted in this order, and each only if the one before it allows. So a person who does too much takes
 * nothing from others, and a crowd of new sessions takes nothing from people who were there before. A whole school class may
 * share one address: 60 people who come within a minute, make 40 rooms and write at once.
 */
interface Limit {
  /** The time within which things are counted. */
  seconds: number;
  /** How often one person may do it in that time. */
  person?: number;
  /** How often all people of one address together whose sessions are less than a minute old. */
  young?: number;
  /** How often all people of one address together. */
  address?: number;
}

const LIMITS = {
  /** Chats and whispers: nobody types 3 in a second. 60 people who greet at once stay below `young`. */
  chat: { seconds: 10, person: 30, young: 200, address: 900 },
  /** A GIF in 5 s. Each may be 5 MiB, and reading it takes up to 30 ms. */
  gif: { seconds: 60, person: 12, young: 60, address: 240 },
  /** A page tells every 3 s that its reader types, and once that they stopped. */
  typing: { seconds: 10, person: 30, young: 600, address: 1_800 },
  /** New connections: `MAX_SOCKETS_PER_ADDRESS` three times, as when the server starts again and a page tries twice. */
  connect: { seconds: 60, address: 1_200 },
  /** Joins and leaves, including those of other tabs and reconnects: 60 people, with a reload or two. */
  join: { seconds: 60, person: 60, young: 300, address: 1_200 },
  /** Chats in the answers to joins: ten full answers of 200. A phone that was away for long reads the others as pages. */
  missed: { seconds: 60, person: 2_000, young: 20_000, address: 40_000 },
  /** Kicks, handovers and closings by an owner. */
  rule: { seconds: 60, person: 60, address: 600 },
  name: { seconds: 60, person: 10, young: 120, address: 300 },
  takeback: { seconds: 60, person: 60, young: 120, address: 600 },
  /** Rooms. 40 students make one each; a person who tries things out makes a few. */
  create: { seconds: 600, person: 10, young: 60, address: 120 },
  /** Passwords that are hashed, right or wrong: each takes 50 ms of a processor, and 16 MiB. A class may enter a room. */
  hash: { seconds: 60, person: 20, young: 100, address: 300 },
  /** Wrong passwords for one room. Nobody mistypes ten times, and ten guesses are nothing against a real password. */
  miss: { seconds: 300, person: 10, young: 30, address: 60 },
  /** New sessions: each is a new person to us. A class may come, and come again with other browsers. */
  session: { seconds: 600, address: 300 },
  /** Pages of rooms and of history: each costs a millisecond. 60 people may open a room and its history. */
  page: { seconds: 60, person: 120, young: 600, address: 1_200 },
  /** KiB of the texts in these pages: 16 pages full of the longest texts, of which each costs 10 ms. */
  text: { seconds: 60, person: 4_096, young: 8_192, address: 16_384 },
  /** Pages that no person asked for: a browser loads them ahead, or a foreign page as its pictures. */
  peek: { seconds: 60, person: 120, address: 600 },
  /** Pages for which no session is read: the list, above all. */
  list: { seconds: 60, address: 1_200 },
  /** GIFs that are shown: a page of history may have 50. */
  file: { seconds: 60, person: 1_000, young: 6_000, address: 12_000 },
} satisfies Record<string, Limit>;
type LimitName = keyof typeof LIMITS;

/** The person who does something, as far as limits count by it. */
export interface Payer {
  /** Undefined if the person is not known, or does not matter: then only the address counts. */
  id?: string | undefined;
  address: string;
  /** The IPv6 site of the address. */
  site?: string | undefined;
  /** When the session began, in ms since 1970; undefined if it did long ago. */
  since?: number | undefined;
}

export interface Limits {
  /**
   * Counts once more, or so many `times`.
   * @throws Refusal RATE_LIMITED, with `retryAfter`, if this is more often than the limit allows.
   */
  spend(limit: LimitName, who: Payer, times?: number): Promise<void>;
  /** @throws Refusal as `spend` would, and counts nothing. */
  need(limit: LimitName, who: Payer): Promise<void>;
  /** Takes one count back. */
  giveBack(limit: LimitName, who: Payer): Promise<void>;
}

/** The same person and address, under keys that name the room: a limit that is spent with them counts for each room apart. */
export function inRoom(roomId: string, { id, address, site, since }: Payer): Payer {
  const at = (key: string) => `${key} ${roomId}`;
  return { id: id && at(id), address: at(address), site: site && at(site), since };
}

/** @param factor by how much every limit is multiplied; 0 for no limits. */
export function createLimits(factor: number): Limits {
  const nothing = () => Promise.resolve();
  if (factor === 0) return { spend: nothing, need: nothing, giveBack: nothing };

  const table = new Map<string, Limit>(Object.entries(LIMITS));
  const limiters = new Map<string, RateLimiterMemory>();
  for (const [name, { seconds, ...points }] of table) {
    const all = { ...points, ...(points.address && { site: points.address * OF_SITE }) };
    for (const [whose, most] of Object.entries(all))
      limiters.set(
        `${name} of ${whose}`,
        new RateLimiterMemory({ points: Math.ceil(most * factor), duration: seconds }),
      );
  }

  /** The counters that this person uses, in order, each with its key. */
  function countersOf(name: LimitName, { id, address, site, since }: Payer) {
    const isYoung = since !== undefined && Math.abs(Date.now() - since) < YOUNG;
    const keys: [whose: string, key: string | undefined][] = [
      ['person', id],
      ['young', isYoung || id === undefined ? address : undefined],
      ['address', address],
      ['site', site],
    ];
    return keys.flatMap(([whose, key]) => {
      const limiter = limiters.get(`${name} of ${whose}`);
      return limiter === undefined || key === undefined ? [] : [{ limiter, key }];
    });
  }

  return {
    async spend(name, who, times) {
      try {
        for (const { limiter, key } of countersOf(name, who)) await limiter.consume(key, times);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw refusalOf(name, error);
      }
    },
    async need(name, who) {
      for (const { limiter, key } of countersOf(name, who)) {
        const state = await limiter.get(key);
        if (state !== null && state.remainingPoints <= 0) throw refusalOf(name, state);
      }
    },
    async giveBack(name, who) {
      for (const { limiter, key } of countersOf(name, who)) await limiter.reward(key);
    },
  };
}

function refusalOf(name: LimitName, { msBeforeNext }: RateLimiterRes): Refusal {
  // If the clock was moved, the limiter may compute a time that is far too long.
  const { seconds } = LIMITS[name];
  return new Refusal('RATE_LIMITED', {
    retryAfter: Math.min(Math.max(1, Math.ceil(msBeforeNext / 1_000)), seconds),
  });
}

/** Stores the sessions of express-session in the embedded database. */
import { Store, type SessionData } from 'express-session';
import type { Database, RootDatabase } from 'lmdb';
import { logger } from '../logger';
import { every, type Repeated } from '../timers';

/**
 * In ms: how long a session without an expiry lives; how long a session is not written again if only its expiry changes;
 * and how often expired sessions are removed.
 */
const LIFETIME = 30 * 24 * 3_600_000;
const TOUCH_AT_MOST = 3_600_000;
const SWEEP_EVERY = 5 * 60_000;
const SWEEP_AT_A_TIME = 1_000;

export interface KeptSession {
  /** As JSON, so that the values in a session come back as from every other session store. */
  session: string;
  expires: number;
  touchedAt: number;
}

type Done = (error?: unknown) => void;

/** Calls every callback in a later tick, when what it wrote is durable. */
export class EmbeddedSessions extends Store {
  private readonly kept: Database<KeptSession, string>;
  private readonly expiries: Database<true, [expires: number, sid: string]>;
  private readonly firstSweep: Promise<undefined>;
  private readonly sweeping: Repeated;
  private isClosed = false;

  /** @param transact runs work in one transaction of `root`. */
  constructor(
    root: RootDatabase,
    private readonly transact: <T>(work: () => T) => Promise<T>,
  ) {
    super();
    this.kept = root.openDB<KeptSession, string>('sessions', {});
    this.expiries = root.openDB<true, [number, string]>('sessionExpiries', {});
    this.firstSweep = this.sweep();
    this.sweeping = every(SWEEP_EVERY, () => this.sweep());
  }

  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    answer(async () => {
      const kept = this.kept.get(sid);
      return kept === undefined || kept.expires <= Date.now() ? null : parse(kept.session);
    }, done);
  }

  override set(sid: string, session: SessionData, done?: Done): void {
    answer(() => this.transact(() => this.write(sid, session)), done);
  }

  /** Sets a new expiry. For each session, it writes at most once an hour. */
  override touch(sid: string, session: SessionData, done?: Done): void {
    answer(async () => {
      if (!isUntouched(this.kept.get(sid))) return;
      await this.transact(() => {
        const kept = this.kept.get(sid);
        if (isUntouched(kept)) this.write(sid, { ...parse(kept.session), cookie: session.cookie });
      });
    }, done);
  }

  override destroy(sid: string, done?: Done): void {
    answer(() => this.transact(() => this.erase(sid)), done);
  }

  /** Resolves when nothing more will be written by the sweep. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([this.firstSweep, this.sweeping.stop()]);
  }

  private write(sid: string, session: SessionData): void {
    const expires = expiryOf(session);
    const kept = { session: JSON.stringify(session), expires, touchedAt: Date.now() };
    this.erase(sid);
    void this.kept.put(sid, kept);
    void this.expiries.put([expires, sid], true);
  }

  private erase(sid: string): void {
    const kept = this.kept.get(sid);
    if (kept === undefined) return;
    void this.expiries.remove([kept.expires, sid]);
    void this.kept.remove(sid);
  }

  /** Removes expired sessions, a limited number in each transaction, so that other writes need not wait for long. */
  private async sweep(): Promise<undefined> {
    const expired = () => [...this.expiries.getKeys({ end: [Date.now(), ''], limit: SWEEP_AT_A_TIME })];
    try {
      while (!this.isClosed && expired().length > 0) {
        await this.transact(() => {
          for (const [, sid] of expired()) this.erase(sid);
        });
      }
    } catch (error) {
      logger.warn(`expired sessions stay until the next sweep (${String(error)})`);
    }
  }
}

/** Whether the session was not touched for an hour. */
function isUntouched(kept: KeptSession | undefined): kept is KeptSession {
  // `touchedAt` may be in the future, if the clock was moved back. Then the session must be touched, too.
  return kept !== undefined && Math.abs(Date.now() - kept.touchedAt) >= TOUCH_AT_MOST;
}

/** When the session ends, in ms. A cookie that ends with the browser has no `maxAge`. */
function expiryOf({ cookie }: SessionData): number {
  return Date.now() + (cookie.maxAge ?? LIFETIME);
}

function parse(session: string): SessionData {
  const value: unknown = JSON.parse(session);
  if (!isSession(value)) throw new Error('what is kept as a session is none');
  return value;
}

function isSession(value: unknown): value is SessionData {
  return typeof value === 'object' && value !== null && 'cookie' in value;
}

/**
 * Calls the callback of express-session with the result. We call it in a later tick: if it throws, its error
 * must not become a rejection of our promise.
 */
function answer<T>(work: () => Promise<T>, done?: (error: unknown, value?: T) => void): void {
  work().then(
    (value) => setImmediate(() => done?.(null, value)),
    (error: unknown) => setImmediate(() => done?.(error)),
  );
}

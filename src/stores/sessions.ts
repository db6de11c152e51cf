/** express-session's sessions, in the embedded store's database. */
import { Store, type SessionData } from 'express-session';
import type { Database, RootDatabase } from 'lmdb';
import { logger } from '../logger';

/** In ms: how long a session without an expiry lives, how often one is touched at most, how often expired ones go. */
const LIFETIME = 30 * 24 * 3_600_000;
const TOUCH_AT_MOST = 3_600_000;
const SWEEP_EVERY = 5 * 60_000;
const SWEEP_AT_A_TIME = 1_000;

export interface KeptSession {
  /** As JSON: whatever a session holds comes back as from any other session store. */
  session: string;
  expires: number;
  touchedAt: number;
}

type Done = (error?: unknown) => void;

export class EmbeddedSessions extends Store {
  private readonly kept: Database<KeptSession, string>;
  private readonly expiries: Database<true, [expires: number, sid: string]>;
  private readonly timer: NodeJS.Timeout;
  private sweeping: Promise<void>;
  private isClosed = false;

  /** @param transact runs its work in one transaction of `root`. */
  constructor(
    root: RootDatabase,
    private readonly transact: <T>(work: () => T) => Promise<T>,
  ) {
    super();
    this.kept = root.openDB<KeptSession, string>('sessions', {});
    this.expiries = root.openDB<true, [number, string]>('sessionExpiries', {});
    this.sweeping = this.sweep();
    this.timer = setInterval(() => {
      this.sweeping = this.sweep();
    }, SWEEP_EVERY).unref();
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

  /** Moves the expiry on; writes at most once an hour for a session. */
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

  /** Resolves when nothing is written any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    await this.sweeping;
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

  /** What has expired goes a part at a time, so that nobody waits long for it. */
  private async sweep(): Promise<void> {
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

function isUntouched(kept: KeptSession | undefined): kept is KeptSession {
  // A clock that was moved back would leave it untouched for as long.
  return kept !== undefined && Math.abs(Date.now() - kept.touchedAt) >= TOUCH_AT_MOST;
}

/** When the session ends, in ms; a cookie that ends with the browser says nothing. */
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

/** express-session takes callbacks; what it throws in them is its own. */
function answer<T>(work: () => Promise<T>, done?: (error: unknown, value?: T) => void): void {
  work().then(
    (value) => setImmediate(() => done?.(null, value)),
    (error: unknown) => setImmediate(() => done?.(error)),
  );
}

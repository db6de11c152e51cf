import 'express-session';
import type { Session, SessionData } from 'express-session';

declare module 'express-session' {
  interface SessionData {
    /** The person's id, which is random and never the session's own id. */
    userId: string;
    /** The color that people see, `#rrggbb`, as in the book. */
    color: string;
    /** When the session began, in ms since 1970; missing in sessions of earlier versions. */
    since?: number;
    /** When the browser was last given its cookie, in ms since 1970. Sessions of earlier versions have none. */
    renewedAt?: number;
  }
}

declare module 'http' {
  /** The middleware of express-session adds `session`: to requests of Express, and to the handshakes of Socket.IO. */
  interface IncomingMessage {
    session: Session & Partial<SessionData>;
  }
}

import 'express-session';
import type { Session, SessionData } from 'express-session';

declare module 'express-session' {
  interface SessionData {
    /** Who this is, at random; never the session's own id. */
    userId: string;
    /** What people see: `#rrggbb`, as in the book. */
    color: string;
  }
}

declare module 'http' {
  /** Laid on by express-session, for Express and, at the handshake, for Socket.IO. */
  interface IncomingMessage {
    session: Session & Partial<SessionData>;
  }
}

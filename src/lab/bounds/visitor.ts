/** Whose connection it is, as far as the lab's bounds count: a session, or else a network. */
import type { IncomingMessage } from 'node:http';
import proxyAddress from 'proxy-addr';
import { networkOf } from '../../middlewares/address';

export interface Visitor {
  key: string;
  hasSession: boolean;
}

export type TrustProxy = (address: string, hop: number) => boolean;

/** @param req the session must have been read where there is one. */
export function visitorOf(req: IncomingMessage, trustProxy: TrustProxy): Visitor {
  const known: Partial<Pick<IncomingMessage, 'session'>> = req;
  const userId = known.session?.userId;
  if (userId !== undefined) return { key: userId, hasSession: true };
  return { key: networkOf(proxyAddress(req, trustProxy)), hasSession: false };
}

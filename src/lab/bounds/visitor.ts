/** The visitor for whom a connection counts: the session, or, without a session, the network. */
import type { IncomingMessage } from 'node:http';
import proxyAddress from 'proxy-addr';
import { networkOf, type Trust } from '../../middlewares/address';

export interface Visitor {
  key: string;
  hasSession: boolean;
}

/** @param req the session must have been read where there is one. */
export function visitorOf(req: IncomingMessage, trust: Trust): Visitor {
  const known: Partial<Pick<IncomingMessage, 'session'>> = req;
  return visitorBy({ userId: known.session?.userId, address: networkOf(proxyAddress(req, trust)) });
}

/** @param address the visitor's network */
export function visitorBy({ userId, address }: { userId: string | undefined; address: string }): Visitor {
  return userId === undefined ? { key: address, hasSession: false } : { key: userId, hasSession: true };
}

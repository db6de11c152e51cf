/** Reads a room's history. */
import { addressOf } from './site';
import { isHistoryPage, type HistoryPage } from './incoming';
import { timeoutSignal } from './timeout';

/** How long an answer is waited for, in ms. */
const PATIENCE = 15_000;

/** @param range of the log, as the address has it: `before=12`; empty for the newest @throws when it cannot be read now */
export async function readPage(room: string, range: string): Promise<HistoryPage> {
  const response = await fetch(addressOf(`/room/${room}/chats?${range}`), {
    headers: { Accept: 'application/json' },
    signal: timeoutSignal(PATIENCE),
  });
  if (!response.ok) throw new Error(String(response.status));
  const page: unknown = await response.json();
  if (!isHistoryPage(page)) throw new Error('this is no page of a history');
  return page;
}

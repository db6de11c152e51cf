/** The counter of a comparison, received in four ways at once. */
import { labSocketUrl, labUrl } from './address';
import { readCount } from './incoming';
import type { Count, Way } from '../../types/lab';

/** How often short polling asks, in ms. */
const EVERY = 1_000;

type Hear = (way: Way, count: Count) => void;

/** Starts all four. @returns a function that stops them */
export function startWays(run: string, hear: Hear): () => void {
  const stops = [shortPoll(run, hear), longPoll(run, hear), listen(run, hear), connect(run, hear)];
  return () => {
    for (const stop of stops) stop();
  };
}

function shortPoll(run: string, hear: Hear): () => void {
  const ask = async () => {
    const count = await fetchCount(`compare/runs/${run}/short`);
    if (count) hear('short', count);
  };
  const timer = setInterval(() => void ask(), EVERY);
  void ask();
  return () => {
    clearInterval(timer);
  };
}

function longPoll(run: string, hear: Hear): () => void {
  const stopping = new AbortController();
  void ask(-1);
  return () => {
    stopping.abort();
  };

  async function ask(after: number): Promise<void> {
    const count = await fetchCount(`compare/runs/${run}/long?after=${String(after)}`, stopping.signal);
    if (stopping.signal.aborted) return;
    if (count) hear('long', count);
    // A server that refuses must not be asked without a pause.
    else await new Promise((resolve) => setTimeout(resolve, EVERY));
    await ask(count?.count ?? after);
  }
}

function listen(run: string, hear: Hear): () => void {
  const events = new EventSource(labUrl(`compare/runs/${run}/events`));
  events.addEventListener('message', ({ data }) => {
    const count = readCount(String(data));
    if (count) hear('events', count);
  });
  events.addEventListener('ended', () => {
    events.close();
  });
  return () => {
    events.close();
  };
}

function connect(run: string, hear: Hear): () => void {
  const socket = new WebSocket(labSocketUrl(`compare/ws?run=${run}`));
  socket.addEventListener('message', ({ data }) => {
    const count = readCount(String(data));
    if (count) hear('socket', count);
  });
  return () => {
    socket.close();
  };
}

/** @returns undefined when no answer came, or one that is no count */
async function fetchCount(path: string, signal?: AbortSignal): Promise<Count | undefined> {
  try {
    const answer = await fetch(labUrl(path), { signal: signal ?? null });
    return readCount(await answer.text());
  } catch {
    return undefined;
  }
}

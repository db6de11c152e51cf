/** The counter of a comparison, received in four ways at once. */
import { labSocketUrl, labUrl } from './address';
import { readCount } from './incoming';
import type { Count, Way } from '../../types/lab';

/** How often short polling asks, in ms. */
const EVERY = 1_000;

interface Parts {
  hear: (way: Way, count: Count) => void;
  /** This way was refused or broke, so it gets less than the others, or nothing. */
  onBroken: (way: Way) => void;
}

/** Starts all four. @returns a function that stops them */
export function startWays(run: string, parts: Parts): () => void {
  const stops = [shortPoll(run, parts), longPoll(run, parts), listen(run, parts), connect(run, parts)];
  return () => {
    for (const stop of stops) stop();
  };
}

function shortPoll(run: string, { hear, onBroken }: Parts): () => void {
  const stopping = new AbortController();
  const ask = async () => {
    const count = await fetchCount(`compare/runs/${run}/short`, stopping.signal);
    if (stopping.signal.aborted) return;
    if (count) hear('short', count);
    else onBroken('short');
  };
  const timer = setInterval(() => void ask(), EVERY);
  void ask();
  return () => {
    stopping.abort();
    clearInterval(timer);
  };
}

function longPoll(run: string, { hear, onBroken }: Parts): () => void {
  const stopping = new AbortController();
  void ask(-1);
  return () => {
    stopping.abort();
  };

  async function ask(after: number): Promise<void> {
    const count = await fetchCount(`compare/runs/${run}/long?after=${String(after)}`, stopping.signal);
    if (stopping.signal.aborted) return;
    if (count) hear('long', count);
    else {
      onBroken('long');
      // A server that refuses must not be asked without a pause.
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
    await ask(count?.count ?? after);
  }
}

function listen(run: string, { hear, onBroken }: Parts): () => void {
  const events = new EventSource(labUrl(`compare/runs/${run}/events`));
  events.addEventListener('message', ({ data }) => {
    const count = readCount(String(data));
    if (count) hear('events', count);
  });
  events.addEventListener('error', () => {
    onBroken('events');
  });
  events.addEventListener('ended', () => {
    events.close();
    onBroken('events');
  });
  return () => {
    events.close();
  };
}

function connect(run: string, { hear, onBroken }: Parts): () => void {
  const socket = new WebSocket(labSocketUrl(`compare/ws?run=${run}`));
  let isStopped = false;
  socket.addEventListener('message', ({ data }) => {
    const count = readCount(String(data));
    if (count) hear('socket', count);
  });
  socket.addEventListener('close', () => {
    if (!isStopped) onBroken('socket');
  });
  return () => {
    isStopped = true;
    socket.close();
  };
}

/** @returns undefined when no answer came, or one that is no count */
async function fetchCount(path: string, signal: AbortSignal): Promise<Count | undefined> {
  try {
    const answer = await fetch(labUrl(path), { signal });
    return readCount(await answer.text());
  } catch {
    return undefined;
  }
}

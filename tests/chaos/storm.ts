/** People act, lines fail and processes are killed, all by the plan, until enough has happened for the run to count. */
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { deedsOf, faultsOf, killsOf, type Kill } from './plan';
import type { Inhabitant, World } from './world';

export interface Aims {
  seed: number;
  seconds: number;
  kills: number;
  /** The least number of acknowledged letters, and of connections that faults ended. */
  acked: number;
  cuts: number;
}

export interface Progress {
  seconds: number;
  acked: number;
  cuts: number;
  /** How many sends were under way at each kill. */
  kills: number[];
}

/** A run that has not reached its aims after so many times its planned time is given up. */
const PATIENCE = 5;
/** How many letters must be acknowledged before the next process is killed. */
const FLOW = 10;
/** The longest time for which a line is spared because nothing came over it, and the time between two looks, in ms. */
const LONGEST_PEACE = 8_000;
const POLL = 100;
/** A server's answer to a text, as Socket.IO writes it. */
const ACK = /43\/chat,\d+\[\{"ok":true,"_id"/;

/** How many letters are acknowledged. */
export function ackedOf({ inhabitants }: World): number {
  return inhabitants.flatMap(({ person }) => [...person.sent.values()]).filter(({ isAcked }) => isAcked)
    .length;
}

export async function storm(
  world: World,
  aims: Aims,
  onProgress: (progress: Progress) => void,
): Promise<Progress> {
  const { inhabitants, servers, ears } = world;
  const startedAt = performance.now();
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const pause = (ms: number) => wait(ms, undefined, { signal: over.signal }).catch(() => undefined);
  const kills: number[] = [];
  const elapsed = () => (performance.now() - startedAt) / 1_000;
  const progress = (): Progress => ({
    seconds: elapsed(),
    acked: ackedOf(world),
    cuts: inhabitants.reduce((sum, { line }) => sum + line.cuts(), 0),
    kills,
  });

  async function live({ person, stays }: Inhabitant, index: number): Promise<void> {
    for (const deed of deedsOf(aims.seed, index, stays)) {
      await pause(deed.after);
      if (over.signal.aborted) return;
      await person.do(deed);
    }
  }

  /** A line fails again only after the server's data came over it; else nobody would ever join on a slow machine. */
  async function fail(inhabitant: Inhabitant, index: number): Promise<void> {
    const { line } = inhabitant;
    for (const fault of faultsOf(aims.seed, index)) {
      const since = performance.now();
      const isOfUse = () => inhabitant.contactAt > since || performance.now() > since + LONGEST_PEACE;
      while (!isOfUse() && !over.signal.aborted) await pause(POLL);
      await pause(fault.after);
      if (over.signal.aborted) return;
      await line.strike(fault, pause);
    }
  }

  async function killAll(): Promise<void> {
    for (const kill of killsOf(aims.seed, aims.kills, servers.length, aims.seconds)) {
      await pause(kill.after);
      await flowing();
      const server = servers[kill.process];
      if (server === undefined) return;
      await new Promise<void>((resolve) => {
        // A signal that was aborted before emits no event any more.
        if (over.signal.aborted) resolve();
        over.signal.addEventListener('abort', () => resolve(), { once: true });
        arm(kill, (underWay) => {
          kills.push(underWay);
          resolve(server.kill());
        });
      });
      if (over.signal.aborted) return;
      await pause(kill.down);
      await server.start();
    }
  }

  /** Resolves when new letters were acknowledged; without any, a kill could lose nothing and would prove nothing. */
  async function flowing(): Promise<void> {
    const before = ackedOf(world);
    while (ackedOf(world) < before + FLOW && !over.signal.aborted) await pause(POLL);
  }

  /** Calls `fire` at the next moment of the kind that the kill names, in which sends are under way and unanswered. */
  function arm({ process, moment, later }: Kill, fire: (underWay: number) => void): void {
    const server = servers[process];
    let isFired = false;
    const tryFire = (answered: number) => {
      if (isFired) return;
      const sending = inhabitants.filter((one) => one.server === server && one.person.isSending());
      if (sending.length <= answered) return;
      isFired = true;
      ears.sending = ears.answered = () => undefined;
      fire(sending.length - answered);
    };
    if (moment === 'an answer is on its way') {
      ears.answered = (inhabitant, data) => {
        if (inhabitant.server === server && ACK.test(data.toString('latin1'))) tryFire(1);
      };
    } else {
      ears.sending = (inhabitant) => {
        if (inhabitant.server === server) setTimeout(tryFire, later, 0);
      };
    }
  }

  const deaths = killAll();
  const lives = inhabitants.map(live);
  const faults = inhabitants.map(fail);
  for (;;) {
    await wait(1_000);
    const now = progress();
    onProgress(now);
    const isReached = now.acked >= aims.acked && now.cuts >= aims.cuts && kills.length >= aims.kills;
    if ((isReached && now.seconds >= aims.seconds) || now.seconds >= aims.seconds * PATIENCE) break;
  }
  over.abort();
  await deaths;
  await Promise.all(servers.filter((server) => !server.isUp()).map((server) => server.start()));
  await Promise.all(faults);
  for (const { line } of inhabitants) line.heal();
  await Promise.all(lives);
  return progress();
}

/** `/lab/compare`: the same counter in four ways, side by side. */
import { fill, find } from '../dom';
import { labUrl } from '../demo/address';
import { createChart } from '../demo/chart';
import { readRefusal, readReport, readRunId, WAYS } from '../demo/incoming';
import { createTally, type Tally } from '../demo/tally';
import { startWays } from '../demo/ways';
import { preparePage } from '../page';
import { timeoutSignal } from '../timeout';
import { labWords } from '../../locales/lab';
import type { RunReport, Way } from '../../types/lab';

/** How long a comparison goes on, in seconds. */
const SECONDS = 60;
/** How many reports in a row may fail to come before the comparison is given up. */
const MAX_MISSES = 3;
/** How long an answer is waited for, in ms. */
const PATIENCE = 5_000;

const startButton = find('#start', HTMLButtonElement);
const stopButton = find('#stop', HTMLButtonElement);
const progress = find('#progress', HTMLElement);
const error = find('#error', HTMLElement);
const { none, ms, size } = labWords;
const charts = {
  requests: createChart('requests', SECONDS, String),
  up: createChart('up', SECONDS, size),
  down: createChart('down', SECONDS, size),
  delay: createChart('delay', SECONDS, ms),
};

preparePage();
startButton.addEventListener('click', () => void compare());

/** One comparison from its beginning to its end. */
async function compare(): Promise<void> {
  startButton.disabled = true;
  error.textContent = '';
  const answer = await ask('compare/runs', 'POST');
  const run = readRunId(answer);
  if (run === undefined) {
    error.textContent = readRefusal(answer) ?? labWords.refused;
    toggle(false);
    return;
  }
  const tallies = perWay(() => createTally());
  const clock = createServerClock();
  const broken = new Set<Way>();
  for (const chart of Object.values(charts)) chart.clear();
  await askReport('GET');
  const stopWays = startWays(run, {
    hear(way, count) {
      tallies[way].hear(count, clock.now());
    },
    onBroken(way) {
      broken.add(way);
      error.textContent = [...broken].map((one) => labWords.wayBroken(nameOf(one))).join(' ');
    },
  });
  const began = performance.now();
  let isOver = false;
  let misses = 0;
  const timer = setInterval(() => void look(), 1_000);
  const onStop = () => void stop();
  stopButton.addEventListener('click', onStop);
  toggle(true);
  progress.textContent = labWords.seconds(0, SECONDS);

  async function look(): Promise<void> {
    const second = Math.round((performance.now() - began) / 1_000);
    if (second >= SECONDS) {
      await stop();
      return;
    }
    const report = await askReport('GET');
    if (isOver) return;
    misses = report ? 0 : misses + 1;
    if (report) show(report, second);
    else if (misses >= MAX_MISSES) await stop(labWords.lost);
  }

  /** @param problem why it stops early; empty if nobody needs to be told */
  async function stop(problem = ''): Promise<void> {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    stopButton.removeEventListener('click', onStop);
    stopWays();
    const second = Math.min(SECONDS, (performance.now() - began) / 1_000);
    const report = await askReport('DELETE');
    if (report) show(report, second);
    if (problem !== '') error.textContent = problem;
    toggle(false);
    startButton.focus();
  }

  /** A report also tells the server's time, which the server read between our question and its answer. */
  async function askReport(method: 'GET' | 'DELETE'): Promise<RunReport | undefined> {
    const asked = performance.now();
    const report = readReport(await ask(`compare/runs/${String(run)}`, method));
    if (report) clock.set(report.now, asked, performance.now());
    return report;
  }

  function show({ costs }: RunReport, second: number): void {
    progress.textContent = labWords.seconds(Math.round(second), SECONDS);
    charts.requests.add(
      second,
      perWay((way) => costs[way].requests),
    );
    charts.up.add(
      second,
      perWay((way) => costs[way].up),
    );
    charts.down.add(
      second,
      perWay((way) => costs[way].down),
    );
    charts.delay.add(
      second,
      perWay((way) => tallies[way].lastDelay()),
    );
    for (const way of WAYS) showRow(way, costs[way], tallies[way]);
  }
}

/** @returns the body of the answer; empty if no answer came */
async function ask(path: string, method: 'GET' | 'POST' | 'DELETE'): Promise<string> {
  try {
    return await (await fetch(labUrl(path), { method, signal: timeoutSignal(PATIENCE) })).text();
  } catch {
    return '';
  }
}

function nameOf(way: Way): string {
  return find(`tr[data-way="${way}"] th`, HTMLElement).innerText.trim();
}

function showRow(way: Way, { requests, up, down }: RunReport['costs'][Way], tally: Tally): void {
  const [average, longest] = [tally.averageDelay(), tally.longestDelay()];
  fill(find(`tr[data-way="${way}"]`, HTMLTableRowElement), {
    requests,
    up: size(up),
    down: size(down),
    messages: tally.messages(),
    missed: tally.missed(),
    average: average === undefined ? none : ms(average),
    longest: longest === undefined ? none : ms(longest),
  });
}

/** The server's clock as far as this page can know it. The answer that took the shortest time is the most exact. */
function createServerClock() {
  let offset = 0;
  let best = Infinity;
  return {
    set(serverNow: number, asked: number, answered: number): void {
      const took = answered - asked;
      if (took >= best) return;
      best = took;
      offset = serverNow - (asked + took / 2);
    },
    now: () => performance.now() + offset,
  };
}

function perWay<T>(of: (way: Way) => T): Record<Way, T> {
  return { short: of('short'), long: of('long'), events: of('events'), socket: of('socket') };
}

function toggle(isRunning: boolean): void {
  startButton.disabled = isRunning;
  stopButton.disabled = !isRunning;
  if (isRunning) stopButton.focus();
}

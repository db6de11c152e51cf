/** `/lab/compare`: the same counter in four ways, side by side. */
import { fill, find } from '../dom';
import { labUrl } from '../demo/address';
import { createChart } from '../demo/chart';
import { readReport, readRunId, WAYS } from '../demo/incoming';
import { createTally, type Tally } from '../demo/tally';
import { startWays } from '../demo/ways';
import { preparePage } from '../page';
import { labWords } from '../../locales/lab';
import type { RunReport, Way } from '../../types/lab';

/** How long a comparison goes on, in seconds. */
const SECONDS = 60;

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
startButton.addEventListener('click', () => {
  toggle(true);
  error.textContent = '';
  void compare().catch(() => {
    error.textContent = labWords.refused;
    toggle(false);
  });
});

/** One comparison from its beginning to its end. @throws when the server gives none */
async function compare(): Promise<void> {
  const answer = await fetch(labUrl('compare/runs'), { method: 'POST' });
  const run = readRunId(await answer.text());
  if (run === undefined) throw new Error(`no comparison: ${String(answer.status)}`);
  const tallies = perWay(() => createTally());
  const clock = createServerClock();
  for (const chart of Object.values(charts)) chart.clear();
  await askReport('GET');
  const stopWays = startWays(run, (way, count) => {
    tallies[way].hear(count, clock.now());
  });
  const began = performance.now();
  const timer = setInterval(() => {
    const second = Math.round((performance.now() - began) / 1_000);
    if (second >= SECONDS) stop();
    else void askReport('GET').then((report) => report && show(report, second));
  }, 1_000);
  stopButton.addEventListener('click', stop);
  progress.textContent = labWords.seconds(0, SECONDS);

  function stop(): void {
    clearInterval(timer);
    stopButton.removeEventListener('click', stop);
    stopWays();
    const second = Math.min(SECONDS, (performance.now() - began) / 1_000);
    void askReport('DELETE').then((report) => {
      if (report) show(report, second);
      toggle(false);
      startButton.focus();
    });
  }

  /** A report also tells the server's time, which the server read between our question and its answer. */
  async function askReport(method: 'GET' | 'DELETE'): Promise<RunReport | undefined> {
    const asked = performance.now();
    const response = await fetch(labUrl(`compare/runs/${String(run)}`), { method }).catch(() => undefined);
    const report = readReport((await response?.text()) ?? '');
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

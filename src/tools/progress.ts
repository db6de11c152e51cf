/** Shows the progress of long work: as a bar on a terminal, otherwise as a line for each tenth. */
const WIDTH = 24;
/** How often the bar is drawn at most, in ms. */
const EVERY = 100;

interface Progress {
  /** Counts so many more as done. */
  add(count: number): void;
  end(): void;
}

/** @param what the work, such as `copying chats`. @param total how many there are. */
export function createProgress(
  what: string,
  total: number,
  output: NodeJS.WriteStream = process.stderr,
): Progress {
  let done = 0;
  let shown = -1;
  let shownAt = -Infinity;

  function show(): void {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const percent = Math.floor(share * 100);
    const counts = `${done.toLocaleString('en')} of ${total.toLocaleString('en')} (${String(percent)} %)`;
    if (output.isTTY) {
      const bar = '#'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '-');
      output.write(`\r${what} [${bar}] ${counts}`);
    } else if (Math.floor(percent / 10) > shown) {
      shown = Math.floor(percent / 10);
      output.write(`${what}: ${counts}\n`);
    }
    shownAt = performance.now();
  }

  return {
    add(count) {
      done += count;
      if (performance.now() - shownAt >= EVERY) show();
    },
    end() {
      if (total === 0) return;
      show();
      if (output.isTTY) output.write('\n');
    },
  };
}

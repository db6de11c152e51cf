/** How the rows of a log stand together: which share a name line, where a day begins, and which fold into one line. */
import { continues } from './grouping';
import { newDay, type Reading, type TimeWords } from './time';

/** This many system rows, or more, fold when they stand one after another. */
const MIN_FOLD = 4;

/** A row of a log, as far as its layout depends on it. */
export interface Entry {
  kind: string;
  userId: string;
  /** ISO 8601. */
  createdAt: string;
  /** Whether it tells what happened to a person, such as a join. */
  isSystem: boolean;
}

export interface Layout {
  /** Whether the row has no name line of its own, because it stands under that of the row above it. */
  isContinued: boolean;
  /** The name of the day, if the row is the first one of a day. */
  day: string | undefined;
  /** Whether the row is hidden until its reader opens the line in its place. */
  isFolded: boolean;
  /** How many folded rows begin with this one. The line in their place stands in this row. 0 if none begin here. */
  folds: number;
}

/** The layout of each row. The last row is never folded, so that a reader sees what happened now. */
export function layOut(entries: readonly Entry[], words: TimeWords, reading: Reading): Layout[] {
  const layouts: Layout[] = entries.map((entry, index) => {
    const previous = entries[index - 1];
    return {
      isContinued: previous !== undefined && continues(entry, previous),
      day: newDay(entry.createdAt, previous?.createdAt, words, reading),
      isFolded: false,
      folds: 0,
    };
  });
  let run: Layout[] = [];
  layouts.forEach((layout, index) => {
    const isSystem = entries[index]?.isSystem === true;
    if (!isSystem || layout.day !== undefined) {
      fold(run);
      run = [];
    }
    if (isSystem) run.push(layout);
  });
  if (run.length >= MIN_FOLD) fold(run.slice(0, -1), MIN_FOLD - 1);
  return layouts;
}

function fold(run: readonly Layout[], min = MIN_FOLD): void {
  const [first] = run;
  if (!first || run.length < min) return;
  first.folds = run.length;
  for (const layout of run) layout.isFolded = true;
}

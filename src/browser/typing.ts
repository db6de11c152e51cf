/** Tells the others that I am typing, and shows which of them are. */
import { composerWords } from '../locales/browser';
import { calledOf } from '../shared/called';
import type { PersonRef, Typists } from '../types/events';

/** While I type, the others are told again after REPEAT ms. If nothing is heard for FORGET ms, nobody types any more. */
const REPEAT = 3_000;
const FORGET = 5_000;

interface Parts {
  line: HTMLElement;
  me: PersonRef;
  tell: (isTyping: boolean) => void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Call `typed` at each change of the field, and `hear` with each event of the server. */
export function createTyping({ line, me, tell }: Parts) {
  /** Who types, as the server last said. I may be among them. */
  let people: PersonRef[] = [];
  let count = 0;
  let forgetting: Timer | undefined;
  /** When the others were last told that I type, in ms since the page was opened. -Infinity if I do not. */
  let toldAt = -Infinity;
  let idle: Timer | undefined;

  function show(): void {
    const named = people.filter(({ id }) => id !== me.id);
    // The server names only three people, so it may count me without naming me.
    const isCounted = named.length < people.length || (toldAt > 0 && count > people.length);
    const others = count - Number(isCounted) - named.length;
    line.textContent = named.length === 0 ? '' : sentence(named.map(calledOf), others);
  }

  function set(typists: Pick<Typists, 'people' | 'count'>): void {
    ({ people, count } = typists);
    show();
  }

  function stop(): void {
    clearTimeout(idle);
    if (toldAt > 0) tell(false);
    toldAt = -Infinity;
  }

  return {
    stop,

    /** This person has said something or has left. */
    forget(id: string): void {
      const left = people.filter((person) => person.id !== id);
      set({ people: left, count: count - (people.length - left.length) });
    },

    /** I typed. */
    typed(): void {
      clearTimeout(idle);
      idle = setTimeout(stop, FORGET);
      if (performance.now() - toldAt < REPEAT) return;
      toldAt = performance.now();
      tell(true);
    },

    hear(typists: Typists): void {
      clearTimeout(forgetting);
      forgetting = setTimeout(set, FORGET, { people: [], count: 0 });
      set(typists);
    },
  };
}

function sentence(names: string[], others: number): string {
  return others > 0 ? composerWords.manyTyping(names, others) : composerWords.typing(names);
}

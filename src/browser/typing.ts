/** Tells the others that I am typing, and shows which of them are. */
import { nameOf, type Seen } from './person';
import { composerWords } from '../locales/page';

/** While I type, the others are told again after REPEAT ms. A person who sends nothing for FORGET ms has stopped. */
const REPEAT = 3_000;
const FORGET = 5_000;

interface Parts {
  line: HTMLElement;
  tell: (isTyping: boolean) => void;
}

type Timer = ReturnType<typeof setTimeout>;

export function createTyping({ line, tell }: Parts) {
  const others = new Map<string, { who: Seen; timer: Timer }>();
  let toldAt = -Infinity;
  let idle: Timer | undefined;

  function show(): void {
    const [first] = others.values();
    line.textContent = first ? sentence(nameOf(first.who), others.size - 1) : '';
  }

  function forget(id: string): void {
    clearTimeout(others.get(id)?.timer);
    others.delete(id);
    show();
  }

  function stop(): void {
    clearTimeout(idle);
    if (toldAt > 0) tell(false);
    toldAt = -Infinity;
  }

  return {
    forget,
    stop,

    /** I typed. */
    typed(): void {
      clearTimeout(idle);
      idle = setTimeout(stop, FORGET);
      if (performance.now() - toldAt < REPEAT) return;
      toldAt = performance.now();
      tell(true);
    },

    hear({ id, color, typing }: { id: string; color: string; typing: boolean }): void {
      forget(id);
      if (typing) others.set(id, { who: { color }, timer: setTimeout(forget, FORGET, id) });
      show();
    },
  };
}

function sentence(name: string, more: number): string {
  return more > 0 ? composerWords.manyTyping(name, more) : composerWords.typing(name);
}

/** Who is typing: telling the others, and showing who does. */

/** Others hear of it again after this time, in ms; who is not heard of for longer has stopped. */
const REPEAT = 3_000;
const FORGET = 5_000;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.line
 * @param {(isTyping: boolean) => void} parts.tell
 */
export function createTyping({ line, tell }) {
  /** @type {Map<string, { color: string; timer: number }>} */
  const others = new Map();
  let toldAt = -Infinity;
  /** @type {number | undefined} */
  let idle;

  function show() {
    const [first] = others.values();
    const more = others.size > 1 ? ` 외 ${others.size - 1}명이` : '이';
    line.textContent = first ? `${first.color}님${more} 입력 중…` : '';
  }

  /** @param {string} id */
  function forget(id) {
    clearTimeout(others.get(id)?.timer);
    others.delete(id);
    show();
  }

  function stop() {
    clearTimeout(idle);
    if (toldAt > 0) tell(false);
    toldAt = -Infinity;
  }

  return {
    forget,
    stop,

    /** I typed. */
    typed() {
      clearTimeout(idle);
      idle = setTimeout(stop, FORGET);
      if (performance.now() - toldAt < REPEAT) return;
      toldAt = performance.now();
      tell(true);
    },

    /** @param {{ id: string; color: string; typing: boolean }} state */
    hear({ id, color, typing }) {
      forget(id);
      if (typing) others.set(id, { color, timer: setTimeout(() => forget(id), FORGET) });
      show();
    },
  };
}

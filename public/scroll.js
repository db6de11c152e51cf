/** Where the reader is in the log: at the newest, or somewhere above it. The scroller is a reversed column: 0 is its end. */
import { find } from './dom.js';

/** So near to the end counts as there, in px. */
const NEAR = 48;

/**
 * @param {HTMLElement} scroller
 * @param {HTMLButtonElement} button shown while there is something new below
 */
export function createScroll(scroller, button) {
  const content = find('.log-content', HTMLElement, scroller);
  let unread = 0;

  scroller.addEventListener('scroll', () => {
    if (isAtEnd()) showUnread(0);
  });
  button.addEventListener('click', toEnd);

  function isAtEnd() {
    return scroller.scrollTop > -NEAR;
  }

  function toEnd() {
    scroller.scrollTop = 0;
    showUnread(0);
  }

  /** @param {number} count */
  function showUnread(count) {
    unread = count;
    button.textContent = `새 메시지 ${count}개 ↓`;
    button.hidden = count === 0;
  }

  return {
    isAtEnd,
    toEnd,

    /**
     * Lets `add` put something at the end, and holds what somebody further up reads.
     * @param {(isAtEnd: boolean) => number} add returns how many of others' chats that were
     */
    adding(add) {
      const wasAtEnd = isAtEnd();
      const height = content.offsetHeight;
      const count = add(wasAtEnd);
      if (wasAtEnd) scroller.scrollTop = 0;
      else {
        scroller.scrollTop -= content.offsetHeight - height;
        if (count > 0) showUnread(unread + count);
      }
    },
  };
}

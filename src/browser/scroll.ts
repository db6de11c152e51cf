/** Where the reader is in the log: at the newest, or somewhere above it. The scroller is a reversed column: 0 is its end. */

import { leadOn } from './dom.js';

/** So near to the end counts as there, in px. */
const NEAR = 48;
/** More are not counted out. */
const MANY = 999;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.scroller
 * @param {HTMLElement} parts.list its rows
 * @param {HTMLButtonElement} parts.button shown while there is something newer below
 */
export function createScroll({ scroller, list, button }) {
  let unread = 0;
  /** The newest chats are not on the page. */
  let isAway = false;
  scroller.addEventListener('scroll', show);

  /** At the newest that there is. */
  function isAtEnd() {
    return !isAway && scroller.scrollTop > -NEAR;
  }

  function show() {
    if (isAtEnd()) unread = 0;
    const count = unread > MANY ? `${MANY}개 이상` : `${unread}개`;
    const text = unread > 0 ? `새 메시지 ${count} ↓` : '최신 대화로 ↓';
    if (button.textContent !== text) button.textContent = text;
    const isNeeded = unread > 0 || isAway;
    if (!isNeeded) leadOn(button, scroller);
    button.hidden = !isNeeded;
  }

  /** The first row that the reader sees. */
  function rowInSight() {
    const { top } = scroller.getBoundingClientRect();
    return [...list.children].find((row) => row.getBoundingClientRect().bottom > top);
  }

  return {
    isAtEnd,

    toEnd() {
      scroller.scrollTop = 0;
      show();
    },

    /** @param {boolean} value whether the newest chats are not on the page */
    setAway(value) {
      isAway = value;
      show();
    },

    /** @param {number} count */
    addUnread(count) {
      unread += count;
      show();
    },

    /**
     * Lets `change` add and remove rows: who reads the newest goes on to, and what somebody further up reads stays in place.
     * @param {(reading: Element | undefined) => void} change hears at which row somebody further up is
     */
    holding(change) {
      const isFollowing = isAtEnd();
      const row = isFollowing ? undefined : rowInSight();
      const before = row?.getBoundingClientRect().top ?? 0;
      change(row);
      if (isFollowing) scroller.scrollTop = 0;
      else if (row?.isConnected) scroller.scrollTop += row.getBoundingClientRect().top - before;
    },
  };
}

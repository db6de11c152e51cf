/** Older chats, by scrolling up or by the button there. */

/**
 * @param {object} parts
 * @param {string} parts.room
 * @param {HTMLButtonElement} parts.button shown while there is more
 * @param {HTMLElement} parts.scroller
 * @param {HTMLElement} parts.list
 * @param {ReturnType<typeof import('./log.js').createLog>} parts.log
 */
export function createHistory({ room, button, scroller, list, log }) {
  let isLoading = false;
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) void load();
    },
    { root: scroller, rootMargin: '240px 0px 0px' },
  );
  observer.observe(button);
  button.addEventListener('click', load);

  async function load() {
    if (isLoading) return;
    isLoading = true;
    button.textContent = '이전 대화를 불러오는 중…';
    list.setAttribute('aria-busy', 'true');
    try {
      const before = log.first();
      const response = await fetch(`/room/${room}/chats?before=${before}`, {
        headers: { Accept: 'application/json' },
      });
      if (!response.ok) throw new Error(String(response.status));
      /** @type {{ chats: import('../src/types/events.js').SentChat[]; more: boolean }} */
      const { chats, more } = await response.json();
      // Unless rows were trimmed meanwhile: then this is not what comes before them.
      if (log.first() === before) {
        log.addOlder(chats);
        button.hidden = !more;
      }
      button.textContent = '이전 대화 보기';
      // Looks again whether the button is in sight.
      observer.unobserve(button);
      observer.observe(button);
    } catch {
      button.textContent = '불러오지 못했습니다. 다시 시도';
    } finally {
      isLoading = false;
      list.removeAttribute('aria-busy');
    }
  }
}

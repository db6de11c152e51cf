/**
 * Shows what others said while the page was hidden: the number of their chats in the title, a mark on the page's icon, and a
 * line above the first of them.
 */
import { clone } from './dom';
import type { Rows } from './rows';
import { isSaid } from '../shared/kinds';
import type { PersonRef, SentChat, Whisper } from '../types/events';

interface Parts {
  rows: Rows;
  /** The page's icon; its `data-unread` is the address of the marked one. */
  icon: HTMLLinkElement;
  me: PersonRef;
}

/** Counts from when the page is hidden until it is seen again. The line stays until the reader writes or goes away again. */
export function createUnread({ rows, icon, me }: Parts) {
  const { title } = document;
  const plain = icon.getAttribute('href') ?? '';
  const line = clone('new-since-template');
  /** The numbers of the chats that nobody has seen yet, and the whispers. */
  const unread = new Set<number | Whisper>();

  document.addEventListener('visibilitychange', () => {
    // A reader who goes away again has read everything, so the line goes.
    if (document.hidden) read();
    else {
      unread.clear();
      show();
    }
  });

  function show(): void {
    const { size } = unread;
    document.title = size > 0 ? `(${String(size)}) ${title}` : title;
    const wanted = size > 0 ? (icon.dataset.unread ?? plain) : plain;
    // A browser may load the icon again whenever its address is set.
    if (icon.getAttribute('href') !== wanted) icon.setAttribute('href', wanted);
  }

  /** @param after the line stands behind the chat with this number, as whispers do */
  function add(more: readonly (number | Whisper)[], after: number): void {
    if (!document.hidden) return;
    if (unread.size === 0) {
      line.dataset.after = String(after);
      // Screen readers do not read hidden pages. When the page is seen again, the line is there already.
      rows.place(line);
    }
    for (const one of more) unread.add(one);
    show();
  }

  /** What was taken back is nothing to be read any more. */
  function forget(seq: number): void {
    if (!unread.delete(seq)) return;
    show();
    if (unread.size === 0) read();
  }

  /** Takes the line away: the reader knows everything above it. */
  function read(): void {
    if (line.isConnected) rows.remove(line);
  }

  return {
    read,

    /** Call it with new chats of the log, before they are shown. */
    hear(chats: SentChat[]): void {
      const others = chats.filter(({ kind, userId }) => isSaid(kind) && userId !== me.id);
      const [first] = others;
      // The line is above this chat, and below the whispers that came before it (`orderOf`), which were read.
      if (first)
        add(
          others.map(({ seq }) => seq),
          first.seq - 0.75,
        );
      for (const chat of chats) if (chat.kind === 'takeback') forget(chat.about);
    },

    /** Call it with a new whisper, before it is shown. @param newest the number of the newest chat */
    hearWhisper(whisper: Whisper, newest: number): void {
      if (whisper.from.id !== me.id) add([whisper], newest);
    },

    /** Call it when rows were removed. If the chats around the line are gone, the line goes, too. */
    tidy(): void {
      if (Number(line.dataset.after) < rows.first() - 1) read();
    },
  };
}

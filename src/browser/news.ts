/**
 * What screen readers read out of the log: each new chat once. It is a line beside the log, because rows come and go in the log
 * for other reasons: older chats are loaded, a message of mine gets its number, rows fold, a day ends.
 */
import { logWords, sentences } from '../locales/browser';
import { calledOf } from '../shared/called';
import { isSaid } from '../shared/kinds';
import { sentenceOf } from '../shared/sentence';
import type { PersonRef, SentChat, Whisper } from '../types/events';

/** Of more chats than this that come at once, only the number is read: they were missed while the connection was lost. */
const MANY = 10;
/** How many lines are kept, because screen readers look at them a moment after they come. */
const KEPT = 2 * MANY;

/** @param line the live region */
export function createNews({ line, me }: { line: HTMLElement; me: PersonRef }) {
  function add(texts: string[]): void {
    for (const text of texts.length > MANY ? [logWords.news(texts.length)] : texts) {
      const paragraph = document.createElement('p');
      paragraph.textContent = text;
      line.append(paragraph);
    }
    while (line.childElementCount > KEPT) line.firstElementChild?.remove();
  }

  return {
    /** Call it with new chats of the log. */
    hear(chats: SentChat[]): void {
      add(chats.map((chat) => textOf(chat, me)).filter((text) => text !== undefined));
    },

    /** Call it with a new whisper. */
    hearWhisper({ from, chat }: Whisper): void {
      if (from.id !== me.id) add([logWords.whisperedBy(calledOf(from), chat)]);
    },
  };
}

/** @returns undefined if the chat is not read out */
function textOf(chat: SentChat, me: PersonRef): string | undefined {
  // I know what I said.
  if (chat.takenBack === true || (isSaid(chat.kind) && chat.userId === me.id)) return undefined;
  switch (chat.kind) {
    case 'chat':
      return logWords.saidBy(calledOf(chat), chat.chat);
    case 'gif':
      return logWords.gifOf(calledOf(chat));
    // Comings and goings would drown what people say. The list of people has them.
    case 'join':
    case 'exit':
      return undefined;
    default:
      return sentenceOf(chat, sentences);
  }
}

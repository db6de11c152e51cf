/** Shows the parts of a text. `views/macros/chat.html` does the same on the server. */
import type { Part } from '../shared/text-parts';

/** Replaces the content of the element. Nothing in the text is taken for HTML. */
export function showText(element: Element, parts: readonly Part[]): void {
  element.replaceChildren(...parts.map(nodeOf));
}

function nodeOf(part: Part): Node {
  switch (part.kind) {
    case 'link': {
      const link = filled('a', part.shown);
      link.href = part.href;
      link.target = '_blank';
      link.rel = 'noopener noreferrer nofollow ugc';
      return link;
    }
    case 'code':
      return filled('code', part.shown);
    case 'block': {
      const block = filled('code', part.shown);
      block.className = 'block';
      return block;
    }
    case 'mention': {
      const mention = filled('span', part.shown);
      mention.className = 'mention';
      return mention;
    }
    case 'text':
      return document.createTextNode(part.shown);
  }
}

function filled<Tag extends 'a' | 'code' | 'span'>(tag: Tag, text: string): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** How large a WebSocket's frame is. */

interface FrameSize {
  head: number;
  payload: number;
}

/**
 * For a text in one frame, in bytes. A browser masks what it sends, which takes four more.
 * @source https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function frameSize(text: string, direction: 'up' | 'down'): FrameSize {
  const payload = new TextEncoder().encode(text).length;
  const length = payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
  return { head: length + (direction === 'up' ? 4 : 0), payload };
}

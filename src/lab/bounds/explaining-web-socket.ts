/** A WebSocket that says in words why it is closed, also where `ws` itself closes it because of a frame. */
import { WebSocket } from 'ws';
import { FRAME_FAULTS } from './ending';
import type { Words } from '../../locales';

/** For frames that are wrong, too long or too many, `ws` closes the connection with a code alone. This adds the reason. */
export class ExplainingWebSocket extends WebSocket {
  private endings: Partial<Words['endings']> = {};

  /** Must be called before the first frame is read. @param words of the client's language */
  explainIn({ endings }: Pick<Words, 'endings'>): void {
    this.endings = endings;
  }

  override close(code?: number, reason?: string | Buffer): void {
    const fault = FRAME_FAULTS.get(code);
    super.close(code, reason ?? (fault && this.endings[fault]));
  }
}

/** A value that can be set. Each time it is set, the event `change` is emitted. */
import { EventEmitter } from 'node:events';

export class Source<T> extends EventEmitter<{ change: [] }> {
  constructor(public value: T) {
    super();
    // A whole class may listen: Node's warning about more than ten listeners is for leaks.
    this.setMaxListeners(0);
  }

  set(value: T): void {
    this.value = value;
    this.emit('change');
  }
}

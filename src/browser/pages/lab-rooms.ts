/** `/lab/rooms`: three sockets, two namespaces, two rooms. */
import { createMap } from '../demo/map';
import { createPane, type Pane } from '../demo/pane';
import { newNonce } from '../nonce';
import { preparePage } from '../page';

/** The namespaces of this page are its own, so that other readers' messages do not arrive here. */
const page = newNonce().slice(0, 8);
const map = createMap();
const panes: Pane[] = [];

preparePage();
for (const name of ['A', 'B', 'C'] as const) {
  panes.push(createPane({ name, page, map, panes: () => panes }));
}

/** A process that a test kills: it writes to the room without end, and reports after each commit what is stored. */
import { openEmbedded } from '../../src/stores/embedded';
import { saying } from '../support/values';

async function main(): Promise<void> {
  const [dir = '', roomId = ''] = process.argv.slice(2);
  const store = await openEmbedded({ dir });
  let room = await store.rooms.get(roomId);
  while (room !== undefined) {
    const { to, said } = saying(room, 3);
    if (!(await store.rooms.commit(room, to, said))) throw new Error('somebody else writes here');
    room = to;
    process.send?.({ version: room.version, seq: room.seq });
  }
}

void main();

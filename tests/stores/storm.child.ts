/** A process that a test kills: people join, chat, leave and close rooms without end. It reports their answers. */
import { randomInt, randomUUID } from 'node:crypto';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Refusal } from '../../src/rules/refusal';
import { createServices } from '../../src/services';
import { openEmbedded } from '../../src/stores/embedded';
import { gif } from '../support/gif';
import { ROOMY } from '../support/values';

/** What a person was answered. */
export type Told =
  | { what: 'started' }
  | { what: 'created' | 'closed'; room: string }
  | { what: 'said'; room: string; who: string; nonce: string; seq: number; _id: string }
  | { what: 'entered' | 'left'; room: string; who: string };

const PEOPLE = 12;
const MAX_ROOMS = 8;

async function main(): Promise<void> {
  const [dir = ''] = process.argv.slice(2);
  const store = await openEmbedded({ dir: path.join(dir, 'data') });
  const uploadsDir = path.join(dir, 'uploads');
  const options = { uploadsDir, reconnectGrace: 20, emptyRoomGrace: 20, rateLimits: false, ...ROOMY };
  const services = createServices(store, options);
  const { rooms, chats, gifs } = services;
  await services.start();
  tell({ what: 'started' });

  /** One person, who does one thing after another. Refusals are normal (a room may be full) and are not reported. */
  async function live(id: string): Promise<never> {
    const who = { id, address: id };
    for (;;) {
      await act(who).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    }
  }

  async function act(who: { id: string; address: string }): Promise<void> {
    const open = await store.rooms.list(undefined, 100);
    const room = open[randomInt(Math.max(1, open.length))]?._id;
    if (room === undefined || (open.length < MAX_ROOMS && randomInt(10) === 0)) {
      const made = await rooms.create({ title: '방', max: 10, password: '', ephemeral: false }, who);
      tell({ what: 'created', room: made._id });
      return;
    }
    const socket = randomUUID();
    await rooms.enter(room, who, socket);
    tell({ what: 'entered', room, who: who.id });
    await Promise.all([say(room, who.id), say(room, who.id), show(room, who.id)]);
    const next = randomInt(10);
    if (next < 4) {
      await rooms.leave(room, who);
      tell({ what: 'left', room, who: who.id });
    } else if (next < 8) await rooms.drop(room, socket);
    else if (next === 8) {
      const owner = (await store.rooms.get(room))?.ownerId ?? who.id;
      await rooms.remove(room, { id: owner, address: owner });
      tell({ what: 'closed', room });
    }
  }

  async function say(room: string, who: string): Promise<void> {
    const nonce = randomUUID();
    const said = await chats.send(room, { id: who, address: who }, '말', nonce, 'socket');
    tell({ what: 'said', room, who, nonce, ...said });
  }

  async function show(room: string, who: string): Promise<void> {
    const nonce = randomUUID();
    const upload = await gifs.arrive(Readable.from([gif()]));
    const said = await chats.sendGif(room, { id: who, address: who }, upload, nonce);
    tell({ what: 'said', room, who, nonce, ...said });
  }

  await Promise.all(Array.from({ length: PEOPLE }, (_, index) => live(`person ${String(index)}`)));
}

function tell(told: Told): void {
  process.send?.(told);
}

process.once('message', () => void main());

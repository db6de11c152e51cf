/** The connection to MongoDB, and the models that use it. */
import mongoose, { type Connection, type Model } from 'mongoose';
import { chatSchema, type StoredChat } from './chat';
import { nodeSchema, type StoredNode } from './node';
import { roomSchema, type StoredRoom } from './room';
import { within } from '../timers';

export type { StoredChat, StoredNode, StoredRoom };

export interface Models {
  Room: Model<StoredRoom>;
  Chat: Model<StoredChat>;
  Node: Model<StoredNode>;
}

export interface Connected extends Models {
  connection: Connection;
}

/** How long the database may take to answer at the start, in ms. */
const OPEN_WITHIN = 10_000;
/** How long a call may take later, in ms. If there is no answer by then, its outcome is unknown. */
const ANSWER_WITHIN = 10_000;
/**
 * How often the driver checks each server, in ms, and how long it waits at least before it checks again after an error. The
 * second is longer on purpose. Otherwise, if all connections were cut at the same time, the driver checks the server at
 * once, on a connection that may just be closing. This check waits for ever, and the driver never finds the server again.
 * With these numbers the next check always waits for a timer, and until then the driver notices what is closed.
 * @source mongodb 7.8: MonitorInterval.wake and Connection.writeCommand, which waits for `drain`
 */
const CHECK_EVERY = 500;
const CHECK_AGAIN_AFTER = 1_000;

/**
 * Connects to a database. @throws the driver's error, within 10 s; the connection is closed then.
 * @param prepare is called when the connection is open; by default it makes the missing indexes. The move to MongoDB makes
 * them later, when it knows that the database is not used by another program.
 * @param answerWithin how long a call may take once the connection is open, in ms.
 */
export async function connect(
  url: string,
  dbName: string,
  prepare: (models: Models) => Promise<void> = createIndexes,
  answerWithin = ANSWER_WITHIN,
): Promise<Connected> {
  const connection = mongoose.createConnection(url, {
    dbName,
    appName: 'gif-chat',
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    connectTimeoutMS: 5_000,
    serverSelectionTimeoutMS: 5_000,
    socketTimeoutMS: answerWithin,
    heartbeatFrequencyMS: CHECK_EVERY,
    minHeartbeatFrequencyMS: CHECK_AGAIN_AFTER,
    // A write that was acknowledged, and a read after a lost answer, must still be true after a failover. These settings
    // work with a standalone server, too.
    readPreference: 'primary',
    readConcernLevel: 'majority',
    w: 'majority',
    journal: true,
  });
  async function open(): Promise<Connected> {
    await connection.asPromise();
    const connected = { connection, ...modelsOn(connection) };
    await prepare(connected);
    return connected;
  }
  try {
    return await within(OPEN_WITHIN, open());
  } catch (error) {
    await connection.close(true).catch(() => undefined);
    throw error;
  }
}

/** Makes the indexes that are missing. */
export async function createIndexes({ Room, Chat }: Models): Promise<void> {
  await Promise.all([Room.createIndexes(), Chat.createIndexes()]);
}

function modelsOn(connection: Connection): Models {
  return {
    Room: connection.model<StoredRoom>('Room', roomSchema),
    Chat: connection.model<StoredChat>('Chat', chatSchema),
    Node: connection.model<StoredNode>('Node', nodeSchema),
  };
}

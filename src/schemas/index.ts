/** The connection to MongoDB and the models on it. */
import mongoose, { type Connection, type Model } from 'mongoose';
import { chatSchema, type StoredChat } from './chat';
import { nodeSchema, type StoredNode } from './node';
import { roomSchema, type StoredRoom } from './room';

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
/** A server that is there and says nothing: the outcome is unknown after this, in ms. */
const ANSWER_WITHIN = 10_000;
/**
 * How often the driver checks each server, in ms, and how soon it may check again when an operation failed. The second is
 * longer on purpose. Otherwise the driver checks at once, while the connection that it checks on may just be closing, too,
 * because all connections were cut. It then waits without end for its write, and no operation finds the server any more.
 * With these numbers the next check always waits for a timer, by which time the driver knows what is closed.
 * @source mongodb 7.8: MonitorInterval.wake and Connection.writeCommand, which waits for `drain`
 */
const CHECK_EVERY = 500;
const CHECK_AGAIN_AFTER = 1_000;

/**
 * Connects and prepares what is there. @throws what the driver says, within 10 s, with nothing left open.
 * @param prepare makes the indexes that are missing, unless the database may be another program's.
 * @param answerWithin how long it may take to answer once it is open, in ms.
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
    // What is acknowledged, or read after an answer was lost, must survive a failover. A standalone server allows both.
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
  let deadline: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    deadline = setTimeout(() => {
      reject(new Error(`no answer within ${String(OPEN_WITHIN / 1_000)} s`));
    }, OPEN_WITHIN);
  });
  try {
    return await Promise.race([open(), tooLate]);
  } catch (error) {
    await connection.close(true).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(deadline);
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

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

/**
 * Connects, and makes the indexes that are missing. @throws what the driver says, within 10 s, with nothing left open.
 */
export async function connect(url: string, dbName: string): Promise<Connected> {
  const connection = mongoose.createConnection(url, {
    dbName,
    appName: 'gif-chat',
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    connectTimeoutMS: 5_000,
    serverSelectionTimeoutMS: 5_000,
    // A server that is there and says nothing: the outcome is unknown after this.
    socketTimeoutMS: 10_000,
    // What is acknowledged, or read after an answer was lost, must survive a failover. A standalone server allows both.
    readPreference: 'primary',
    readConcernLevel: 'majority',
    w: 'majority',
    journal: true,
  });
  let deadline: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    deadline = setTimeout(() => {
      reject(new Error(`no answer within ${String(OPEN_WITHIN / 1_000)} s`));
    }, OPEN_WITHIN);
  });
  try {
    return await Promise.race([prepare(connection), tooLate]);
  } catch (error) {
    await connection.close(true).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function prepare(connection: Connection): Promise<Connected> {
  await connection.asPromise();
  const Room = connection.model<StoredRoom>('Room', roomSchema);
  const Chat = connection.model<StoredChat>('Chat', chatSchema);
  const Node = connection.model<StoredNode>('Node', nodeSchema);
  await Promise.all([Room.createIndexes(), Chat.createIndexes()]);
  return { connection, Room, Chat, Node };
}

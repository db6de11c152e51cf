/** Takes users and passwords out of MongoDB's URLs and of its driver's errors, so that the rest may be shown. */
import { mongo } from 'mongoose';
import { DUPLICATE_KEY } from './tails';

const DEFAULT_DATABASE = 'gifchat';

/**
 * The parts of the URL that may be shown. Everything up to the last `@` is cut off, so that no part of a password is shown,
 * even if the password has an `@` that is not encoded.
 */
export function locationOf(url: string): { host: string; database: string } {
  const [, host = '', database = ''] = /^[^:]+:\/\/(?:.*@)?([^/?]*)\/?([^?]*)/.exec(url) ?? [];
  return { host, database: database || DEFAULT_DATABASE };
}

/** The reason of a driver's error, without anything of the URL's credentials. */
export function safeReasonOf(error: unknown, url: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof mongo.MongoServerError) {
    // When the store is opened, only the unique index of the chats can find a duplicate.
    if (error.code === DUPLICATE_KEY)
      return 'it holds chats of another program; name another database in MONGO_URL';
    return error.codeName ?? error.name;
  }
  const [credentials = ''] = /(?<=:\/\/).*(?=@)/.exec(url) ?? [];
  const secrets = credentials.split(':').filter((part) => part !== '');
  const [line = ''] = error.message.split('\n');
  return secrets.some((secret) => line.includes(secret)) ? error.name : line;
}

/** A GIF arrives: multer takes the one file `gif` into the incoming folder, under a name of ours, and nothing else. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import multer, { diskStorage, MulterError } from 'multer';
import { Refusal } from '../rules/refusal';

const MAX_GIF_BYTES = 5 * 1024 * 1024;

/** @param folder must exist. A refused upload leaves nothing in it. */
export function upload(folder: string): RequestHandler {
  const single = multer({
    storage: diskStorage({
      destination: folder,
      filename: (_req, _file, done) => {
        done(null, randomUUID());
      },
    }),
    limits: {
      fileSize: MAX_GIF_BYTES,
      files: 1,
      fields: 4,
      parts: 6,
      fieldSize: 1_024,
      fieldNameSize: 100,
      // The name of a field is a name, never a path into an object.
      fieldNestingDepth: 0,
    },
  }).single('gif');
  return (req, res, next) => {
    single(req, res, (error: unknown) => {
      next(error === undefined ? undefined : refusalOf(error));
    });
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof MulterError) {
    if (error.code === 'LIMIT_FILE_SIZE') return new Refusal('TOO_LARGE', { cause: error });
    return new Refusal(error.code === 'LIMIT_UNEXPECTED_FILE' ? 'NO_GIF' : 'BAD_REQUEST', { cause: error });
  }
  const isOfDisk = typeof error === 'object' && error !== null && 'syscall' in error;
  return new Refusal(isOfDisk ? 'UNAVAILABLE' : 'BAD_REQUEST', { cause: error });
}

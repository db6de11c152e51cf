/** Receives the upload of a GIF: the request must have exactly one file, in the field `gif`. The file's name is ignored. */
import type { RequestHandler } from 'express';
import multer, { MulterError, type StorageEngine } from 'multer';
import { Refusal } from '../rules/refusal';
import type { Gifs } from '../services/gifs';
import { MAX_GIF_BYTES } from '../shared/sizes';

/** Afterwards `req.file.path` is the upload's name. If the upload is refused, nothing of it is left. */
export function upload(gifs: Pick<Gifs, 'arrive' | 'discard'>): RequestHandler {
  const storage: StorageEngine = {
    _handleFile(_req, { stream }, done) {
      gifs.arrive(stream).then((path) => done(null, { path }), done);
    },
    _removeFile(_req, { path }, done) {
      void gifs.discard(path).then(() => done(null));
    },
  };
  const single = multer({
    storage,
    limits: {
      fileSize: MAX_GIF_BYTES,
      files: 1,
      fields: 4,
      parts: 6,
      fieldSize: 1_024,
      fieldNameSize: 100,
      // Otherwise multer would read a name like `a[b]` as a path into an object.
      fieldNestingDepth: 0,
    },
  }).single('gif');
  return (req, res, next) => {
    single(req, res, (error: unknown) => {
      next(error === undefined ? undefined : refusalOf(error));
    });
  };
}

/** Multer's codes for fields that are too long, or too many. */
const TOO_LARGE = ['LIMIT_FIELD_KEY', 'LIMIT_FIELD_VALUE', 'LIMIT_FIELD_COUNT', 'LIMIT_PART_COUNT'];

function refusalOf(error: unknown): Refusal {
  if (error instanceof MulterError) {
    if (error.code === 'LIMIT_FILE_SIZE') return new Refusal('TOO_LARGE', { bound: 'bytes', cause: error });
    if (error.code === 'LIMIT_UNEXPECTED_FILE') return new Refusal('NO_GIF', { cause: error });
    return new Refusal(TOO_LARGE.includes(error.code) ? 'TOO_LARGE' : 'BAD_REQUEST', { cause: error });
  }
  const isOfDisk = typeof error === 'object' && error !== null && 'syscall' in error;
  return new Refusal(isOfDisk ? 'UNAVAILABLE' : 'BAD_REQUEST', { cause: error });
}

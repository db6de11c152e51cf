/** What people send. Each text and each GIF shows who sent it, and its number among what that person sent. */
import { bytes, frame, header, image, loop, trailer } from '../support/gif';

/** A small GIF whose colors spell the label, so that no two are the same file. */
export function gifOf(label: string): Uint8Array<ArrayBuffer> {
  const colors = [...Buffer.alloc(256 * 3, ' ').fill(label, 0, Buffer.byteLength(label))];
  const named = image({ width: 16, height: 16, colors });
  return new Uint8Array(bytes(header(16, 16), loop, named, frame(16, 16, 1), trailer));
}

/** What people send: each text and each GIF tells who sent it and which of theirs it is. */
import { frame, header, loop, subBlocks, trailer } from '../support/gif';

/** A small GIF with the label as a comment in it, so that no two are the same file. */
export function gifOf(label: string): Uint8Array<ArrayBuffer> {
  const comment = Buffer.concat([Buffer.from([0x21, 0xfe]), subBlocks(Buffer.from(label))]);
  return new Uint8Array(
    Buffer.concat([header(16, 16), loop, comment, frame(16, 16), frame(16, 16, 1), trailer]),
  );
}

/** Counts the bytes of a request and its answer, with their headers, as they pass the server's connection. */
import type { Socket } from 'node:net';
import type { Request } from 'express';
import type { Cost } from '../../types/lab';

/** Reads how many bytes passed until now. */
export type Meter = () => Omit<Cost, 'requests'>;

/**
 * For a request without a body and its answer. An HTTP connection carries one exchange after another, so what is written
 * to it from now on is this answer.
 */
export function meterRequest({ method, originalUrl, httpVersion, rawHeaders, socket }: Request): Meter {
  const line = `${method} ${originalUrl} HTTP/${httpVersion}\r\n`;
  // `rawHeaders` holds names and values in turn. Each pair was written as `name: value` and a line end.
  const headers = rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text, 'latin1') + 2, 0);
  const up = Buffer.byteLength(line) + headers + 2;
  const before = socket.bytesWritten;
  return () => ({ up, down: socket.bytesWritten - before });
}

/** For a WebSocket, which has its connection to itself from the request for the upgrade on. */
export function meterConnection(socket: Socket): Meter {
  return () => ({ up: socket.bytesRead, down: socket.bytesWritten });
}

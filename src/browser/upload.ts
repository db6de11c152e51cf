/** Uploads one GIF by XMLHttpRequest, because `fetch` cannot tell how far an upload is. */
import { isError } from './incoming';
import type { Result, Upload } from './letter';
import { addressOf } from './site';
import { deliveryWords } from '../locales/browser';

/** An upload that does not move for so long, in ms, is given up, and tried again. */
const PATIENCE = 30_000;

/** Never rejects. Resolves to undefined if no answer came, or if the signal aborted the upload. */
export const upload: Upload = ({ room, nonce, gif }, onProgress, signal) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const giveUp = () => {
      request.abort();
    };
    let timer = setTimeout(giveUp, PATIENCE);
    request.open('POST', addressOf(`/room/${room}/gif`));
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, PATIENCE);
      onProgress(loaded / total);
    });
    request.addEventListener('loadend', () => {
      clearTimeout(timer);
      resolve(resultOf(request));
    });
    signal.addEventListener('abort', giveUp);
    const body = new FormData();
    body.append('nonce', nonce);
    body.append('gif', gif, 'chat.gif');
    request.send(body);
  });

function resultOf(request: XMLHttpRequest): Result {
  const { status } = request;
  if (status === 200) {
    const seq = Number(request.getResponseHeader('Chat-Seq'));
    return seq > 0 ? { ok: true, seq } : { ok: true };
  }
  const answer = jsonOf(request.responseText);
  if (isError(answer)) {
    const { code, message } = answer.error;
    const retryAfter = Number(request.getResponseHeader('Retry-After'));
    return { ok: false, code, message, ...(retryAfter > 0 && { retryAfter }) };
  }
  // Nobody answered, or a proxy on the way did. A proxy knows neither our codes nor our texts.
  if (status < 400 || status === 429) return undefined;
  if (status >= 500) return { ok: false, code: 'UNAVAILABLE', message: deliveryWords.serverAway };
  if (status === 413) return { ok: false, code: 'TOO_LARGE', message: deliveryWords.gifTooLargeOnTheWay };
  return { ok: false, code: 'BAD_REQUEST', message: deliveryWords.notUploaded };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Uploading one GIF, with how far it is: what `fetch` cannot tell. */

/** When nothing moves for so long, in ms, it is given up, and tried again. */
const PATIENCE = 30_000;

/**
 * @param {Extract<import('./outbox.js').Letter, { kind: 'gif' }>} letter
 * @param {(part: number) => void} onProgress 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<import('./outbox.js').Result>}
 */
export function upload({ room, nonce, gif }, onProgress, signal) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let timer = setTimeout(() => request.abort(), PATIENCE);
    request.open('POST', `/room/${room}/gif`);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), PATIENCE);
      onProgress(loaded / total);
    });
    request.addEventListener('loadend', () => {
      clearTimeout(timer);
      resolve(resultOf(request));
    });
    signal.addEventListener('abort', () => request.abort());
    const body = new FormData();
    body.append('nonce', nonce);
    body.append('gif', gif, 'chat.gif');
    request.send(body);
  });
}

/** @param {XMLHttpRequest} request @returns {import('./outbox.js').Result} */
function resultOf(request) {
  const { status } = request;
  if (status === 200) {
    const seq = Number(request.getResponseHeader('Chat-Seq'));
    return seq > 0 ? { ok: true, seq } : { ok: true };
  }
  try {
    const { code, message } = JSON.parse(request.responseText).error;
    return { ok: false, code: String(code), message: String(message) };
  } catch {
    // Nobody answered, or somebody on the way did.
    if (status < 400 || status === 429 || status >= 500) return undefined;
    return {
      ok: false,
      code: status === 413 ? 'TOO_LARGE' : 'BAD_REQUEST',
      message: 'GIF를 올리지 못했습니다.',
    };
  }
}

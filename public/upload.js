/** GIFs on their way: chosen, pasted or dropped; how far they are, and why one was not taken. */
import { createDelivery } from './delivery.js';
import { newNonce } from './nonce.js';

const MAX_BYTES = 5 * 1024 * 1024;

/**
 * @param {object} parts
 * @param {string} parts.room
 * @param {HTMLInputElement} parts.input
 * @param {HTMLElement} parts.dropHere shown while a file is held over the page
 * @param {ReturnType<typeof import('./log.js').createLog>} parts.log
 * @param {(text: string) => void} parts.onProblem
 */
export function createUpload({ room, input, dropHere, log, onProblem }) {
  input.addEventListener('change', () => {
    void sendAll(input.files);
    // The same file again is a change again.
    input.value = '';
  });
  document.addEventListener('paste', (event) => {
    const files = event.clipboardData?.files;
    if (!files?.length || event.clipboardData?.types.includes('text/plain')) return;
    event.preventDefault();
    void sendAll(files);
  });
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    dropHere.hidden = false;
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) dropHere.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    dropHere.hidden = true;
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    void sendAll(event.dataTransfer.files);
  });

  /** @param {FileList | null} files */
  async function sendAll(files) {
    onProblem('');
    for (const file of [...(files ?? [])]) {
      if (!(await isGif(file))) onProblem('GIF 파일이 아닙니다.');
      else if (file.size > MAX_BYTES) onProblem('너무 큽니다. GIF는 5MB까지 올릴 수 있습니다.');
      else send(file);
    }
  }

  /** @param {File} file */
  function send(file) {
    const nonce = newNonce();
    const row = log.addGif(nonce, file);
    /** @type {XMLHttpRequest} */
    let request;
    const delivery = createDelivery(row, {
      retry() {
        delivery.sending();
        start();
      },
      discard: () => log.discard(nonce),
      cancel() {
        request.abort();
        log.discard(nonce);
      },
    });
    start();

    function start() {
      const body = new FormData();
      body.append('nonce', nonce);
      body.append('gif', file, 'chat.gif');
      request = new XMLHttpRequest();
      request.open('POST', `/room/${room}/gif`);
      request.setRequestHeader('Accept', 'application/json');
      request.upload.addEventListener('progress', ({ loaded, total }) => delivery.uploading(loaded / total));
      request.addEventListener('load', () => {
        // What was taken comes back as a chat.
        if (request.status === 200) return;
        delivery.failed(messageOf(request.responseText), request.status === 429 || request.status >= 500);
      });
      request.addEventListener('error', () => delivery.failed('올리지 못했습니다.', true));
      request.send(body);
    }
  }
}

/** @param {File} file */
async function isGif(file) {
  try {
    return /^GIF8[79]a$/.test(await file.slice(0, 6).text());
  } catch {
    return false;
  }
}

/** @param {string} answer */
function messageOf(answer) {
  try {
    return String(JSON.parse(answer).error.message);
  } catch {
    return '올리지 못했습니다.';
  }
}

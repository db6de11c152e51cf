/** GIFs to send: chosen, pasted or dropped; and why one is not taken. */

const MAX_BYTES = 5 * 1024 * 1024;

/**
 * @param {object} parts
 * @param {HTMLInputElement} [parts.input] not there where no GIFs are taken
 * @param {HTMLElement} parts.dropHere shown while a file is held over the page
 * @param {() => boolean} parts.isOpen whether GIFs are taken now
 * @param {(gif: Blob) => void} parts.send
 * @param {(text: string) => void} parts.onProblem
 */
export function createGifPicker({ input, dropHere, isOpen, send, onProblem }) {
  input?.addEventListener('change', () => {
    void sendAll(input.files);
    // The same file again is a change again.
    input.value = '';
  });
  document.addEventListener('paste', (event) => {
    const files = event.clipboardData?.files;
    if (!isOpen() || !files?.length || event.clipboardData?.types.includes('text/plain')) return;
    event.preventDefault();
    void sendAll(files);
  });
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    // Or the browser would open what is dropped in the page's place.
    event.preventDefault();
    dropHere.hidden = !isOpen();
    if (!isOpen()) event.dataTransfer.dropEffect = 'none';
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) dropHere.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    dropHere.hidden = true;
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    if (isOpen()) void sendAll(event.dataTransfer.files);
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
}

/** @param {File} file */
async function isGif(file) {
  try {
    return /^GIF8[79]a$/.test(await file.slice(0, 6).text());
  } catch {
    return false;
  }
}

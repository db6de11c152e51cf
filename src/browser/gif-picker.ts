/** Takes GIFs that are chosen, pasted or dropped, and says why a file is not taken. */
import { composerWords } from '../locales/browser';
import { MAX_GIF_BYTES } from '../shared/sizes';

interface Parts {
  /** Missing in rooms that take no GIFs. */
  input?: HTMLInputElement;
  /** Shown while a file is held over the page. */
  dropHere: HTMLElement;
  /** Whether GIFs are taken at all now. */
  isOpen: () => boolean;
  /** Why no GIF is taken at this moment, as a text for the reader; empty if they are taken. */
  hindrance: () => string;
  send: (gif: Blob) => void;
  /** @param text empty for none */
  onProblem: (text: string) => void;
}

/** Sends each GIF. Of other files, and of GIFs that are too large, it only says why they are not sent. */
export function createGifPicker({ input, dropHere, isOpen, hindrance, send, onProblem }: Parts): void {
  input?.addEventListener('change', takeChosen);
  // A file may have been chosen before the script ran.
  takeChosen();
  document.addEventListener('paste', (event) => {
    const data = event.clipboardData;
    if (!isOpen() || !data) return;
    // File managers give a file's name as text beside the GIF. Office programs give a picture of the text: we want the text.
    const files = [...data.files].filter(
      ({ type }) => type === 'image/gif' || !data.types.includes('text/plain'),
    );
    if (files.length === 0) return;
    event.preventDefault();
    void sendAll(files, composerWords.pastedNoGif);
  });
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    // Otherwise the browser would open the dropped file instead of the page.
    event.preventDefault();
    dropHere.hidden = !isOpen();
    if (!isOpen()) event.dataTransfer.dropEffect = 'none';
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) dropHere.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    dropHere.hidden = true;
    const files = event.dataTransfer?.files ?? [];
    if (files.length === 0) return;
    event.preventDefault();
    if (isOpen()) void sendAll(files);
  });

  function takeChosen(): void {
    if (!input?.files?.length) return;
    void sendAll(input.files);
    // An empty field, so that choosing the same file again is a change, too.
    input.value = '';
  }

  async function sendAll(files: Iterable<File>, notAGif = composerWords.notAGif): Promise<void> {
    onProblem(hindrance());
    if (hindrance() !== '') return;
    // The list is emptied together with its field or event, so it is copied before the first await.
    for (const file of [...files]) {
      if (!(await isGif(file))) onProblem(notAGif);
      else if (file.size > MAX_GIF_BYTES) onProblem(composerWords.gifTooLarge(file.size));
      else send(file);
    }
  }
}

async function isGif(file: File): Promise<boolean> {
  try {
    return /^GIF8[79]a$/.test(await file.slice(0, 6).text());
  } catch {
    return false;
  }
}

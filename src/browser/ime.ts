/** Enter, also while the Korean IME composes. */

/**
 * Calls `send` once for one Enter. While a syllable is composed, Enter ends it, and what is sent has it whole; an IME in
 * which Enter chooses a candidate (Japanese, Chinese, Hanja) is left to choose. Shift+Enter is a line break.
 */
export function onEnter(field: HTMLTextAreaElement, send: () => void): void {
  /** Enter was pressed, and the composition that it ends has not ended yet. */
  let isWanted = false;
  /** What the composition brought that ended since the last key: Safari tells of the key that ended it only then. */
  let ended = '';
  field.addEventListener('keydown', (event) => {
    const isComposing = isOfComposition(event);
    // Windows names the key of an Enter while composing 'Process'.
    const isEnter = event.key === 'Enter' || (isComposing && /^(Numpad)?Enter$/.test(event.code));
    if (!isEnter || event.shiftKey) isWanted = false;
    else if (isComposing && ended === '') isWanted = true;
    else if (isComposing) {
      event.preventDefault();
      finish(ended);
    } else {
      event.preventDefault();
      send();
    }
    ended = '';
  });
  field.addEventListener('compositionstart', () => {
    ended = '';
  });
  field.addEventListener('compositionend', (event) => {
    if (isWanted) finish(event.data);
    else ended = event.data;
    isWanted = false;
  });

  function finish(composed: string): void {
    if (!HANGUL.test(composed)) return;
    // After the event, since an IME may write the syllable again into a field that is emptied during it.
    setTimeout(() => {
      field.value = field.value.replace(/\n$/, '');
      send();
    });
  }
}

/** Some browsers tell it by the old number of the key alone. */
function isOfComposition({ isComposing, keyCode }: { isComposing: boolean; keyCode: number }): boolean {
  return isComposing || keyCode === COMPOSING;
}

/** @source https://www.w3.org/TR/uievents/#determine-keydown-keyup-keyCode */
const COMPOSING = 229;
const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]$/;

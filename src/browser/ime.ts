/** The Enter key in the field, also while the Korean IME composes a syllable. */

/**
 * Calls `send` once for each Enter. While a Hangul syllable is composed, Enter ends it, and the text is sent with the whole
 * syllable. In an IME where Enter chooses a candidate (Japanese, Chinese, Hanja), it only chooses. Shift+Enter is a line
 * break, and so is Enter on touch screens.
 */
export function onEnter(field: HTMLTextAreaElement, send: () => void): void {
  /** Enter was pressed, and the composition that it ends has not ended yet. */
  let isWanted = false;
  /** The text of a composition that ended since the last key. Safari sends the key that ended it only after its end. */
  let ended = '';
  field.addEventListener('keydown', (event) => {
    const isComposing = isOfComposition(event);
    // Windows names the key of an Enter while composing 'Process'.
    const isEnter = event.key === 'Enter' || (isComposing && /^(Numpad)?Enter$/.test(event.code));
    if (!isEnter || event.shiftKey || isTouch()) isWanted = false;
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

/** Whether people point with fingers. Their keyboard is on the screen: it has no Shift+Enter, and the button is near it. */
export function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches;
}

/** Some browsers tell that a key belongs to a composition only by its old number. */
function isOfComposition({ isComposing, keyCode }: { isComposing: boolean; keyCode: number }): boolean {
  return isComposing || keyCode === COMPOSING;
}

/** @source https://www.w3.org/TR/uievents/#determine-keydown-keyup-keyCode */
const COMPOSING = 229;
const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]$/;

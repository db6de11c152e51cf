/** Which texts are too tall to stand in the log as a whole. */
import { lengthOf } from './sizes';

/** A text of more lines is shown in part. The same number stands in main.css. */
const MAX_LINES = 16;
/** So many characters take about as many lines in the widest bubble; Latin letters are the narrowest. */
const MAX_LENGTH = 1_200;

/** Whether a text is shown in part, until its reader asks for all of it. */
export function isTall(text: string): boolean {
  return text.split('\n').length > MAX_LINES || lengthOf(text) > MAX_LENGTH;
}

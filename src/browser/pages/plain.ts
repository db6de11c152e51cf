/** A page without a script of its own: a form, an error. */
import { preparePage } from '../page';

preparePage();

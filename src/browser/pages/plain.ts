/** Pages without a script of their own: forms and errors. */
import { preparePage } from '../page';

preparePage();

/** Pages without a script of their own: forms and errors. */
import { prepareNameField } from '../name-field';
import { preparePage } from '../page';

preparePage();
const name = document.querySelector('#name');
if (name instanceof HTMLInputElement) prepareNameField(name);

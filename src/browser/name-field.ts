/** The field for one's name in the form that creates a room: the browser fills in the name that it remembers. */
import { recall, remember } from './memory';

export function prepareNameField(field: HTMLInputElement): void {
  // A refused form is shown again with what was typed.
  if (field.value === '') field.value = recall('name');
  field.form?.addEventListener('submit', () => {
    remember('name', field.value.trim());
  });
}

/** The field for one's name in the form that creates a room: the browser fills in the name that it remembers. */
import { recall, remember } from './memory';

/** Fills the field. The name that is sent is remembered when a room's page shows that the server took it. */
export function prepareNameField(field: HTMLInputElement): void {
  // A form that the server refused is shown again with the name that was typed, which stays.
  if (field.value === '') field.value = recall('name');
  field.form?.addEventListener('submit', () => {
    if (field.value.trim() === '') remember('name', '');
  });
}

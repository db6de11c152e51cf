/** The dialog of the settings: theme and still GIFs, which change at once, and the name, which is kept by its button. */
import { find } from './dom';
import { recall, remember } from './memory';
import { chooseTheme, chosenTheme } from './theme';
import { isTheme } from '../shared/theme';

interface Parts {
  /** My name as it is now, empty for none. */
  name: () => string;
  /** @returns an error text, empty on success */
  rename: (name: string) => Promise<string>;
  onStill?: (isStill: boolean) => void;
}

export function createSettings({ name, rename, onStill }: Parts): void {
  const dialog = find('#settings', HTMLDialogElement);
  const form = find('form', HTMLFormElement, dialog);
  const field = find('#settings-name', HTMLInputElement, dialog);
  const problem = find('.field-error', HTMLElement, dialog);
  const still = find('#still-gifs', HTMLInputElement, dialog);
  const themes = [...dialog.querySelectorAll<HTMLInputElement>('[name="theme"]')];

  /** How often the dialog was opened. */
  let openings = 0;

  find('#open-settings', HTMLButtonElement).addEventListener('click', () => {
    openings += 1;
    field.value = name();
    complain('');
    still.checked = recall('still GIFs') !== '';
    for (const theme of themes) theme.checked = theme.value === (chosenTheme() ?? '');
    dialog.showModal();
  });

  for (const theme of themes) {
    theme.addEventListener('change', () => {
      chooseTheme(isTheme(theme.value) ? theme.value : undefined);
    });
  }

  still.addEventListener('change', () => {
    remember('still GIFs', still.checked ? 'on' : '');
    onStill?.(still.checked);
  });

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void save();
  });

  async function save(): Promise<void> {
    const opening = openings;
    const wrong = field.value.trim() === name() ? '' : await rename(field.value);
    // The reader closed the dialog meanwhile, and may have opened it again.
    if (opening !== openings || !dialog.open) return;
    complain(wrong);
    if (wrong === '') dialog.close();
    else field.focus();
  }

  function complain(text: string): void {
    problem.textContent = text;
    field.setAttribute('aria-invalid', String(text !== ''));
  }
}

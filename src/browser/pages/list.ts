/** The list of rooms, kept up to date. */
import { find } from '../dom';
import { recall, remember } from '../memory';
import { preparePage } from '../page';
import { createRoomList } from '../room-list';
import { beginStart } from '../running';
import { createSettings } from '../settings';
import { connect } from '../site';

const hasStarted = beginStart();
preparePage();
createRoomList({
  io: connect,
  rows: find('#rooms tbody', HTMLTableSectionElement),
  line: find('#new-rooms', HTMLButtonElement),
  isFirstPage: find('main', HTMLElement).hasAttribute('data-first'),
});
createSettings({
  name: () => recall('name'),
  // Each room says for itself whether it takes the name.
  rename: async (name) => {
    remember('name', name.trim());
    return '';
  },
});
hasStarted();

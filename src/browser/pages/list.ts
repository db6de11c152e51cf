/** The list of rooms, kept up to date. */
import { find } from '../dom';
import { createKeys } from '../keys';
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
  // The browser only remembers the name here. Whether it can be had is decided by each room when the person enters.
  rename: async (name) => {
    remember('name', name.trim());
    return '';
  },
});
createKeys();
hasStarted();

/** The list of rooms, kept up to date. */
import { find } from '../dom';
import { preparePage } from '../page';
import { createRoomList } from '../room-list';
import { beginStart } from '../running';
import { connect } from '../site';

const hasStarted = beginStart();
preparePage();
createRoomList({
  io: connect,
  rows: find('#rooms tbody', HTMLTableSectionElement),
  line: find('#new-rooms', HTMLButtonElement),
  isFirstPage: find('main', HTMLElement).hasAttribute('data-first'),
});
hasStarted();

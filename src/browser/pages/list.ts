/** The list of rooms, kept up to date. */
import { find } from '../dom';
import { preparePage } from '../page';
import { createRoomList } from '../room-list';

preparePage();
createRoomList({
  io,
  rows: find('#rooms tbody', HTMLTableSectionElement),
  isFirstPage: find('main', HTMLElement).hasAttribute('data-first'),
});

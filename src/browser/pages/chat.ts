/** The room's page: everything put together. */
import { createBox, noBox } from '../box';
import { createCommands } from '../commands';
import { createComposer } from '../composer';
import { createConnection } from '../connection';
import { createDeliveries } from '../delivery';
import { find, hidePopover, leadOn } from '../dom';
import { createDraft } from '../draft';
import { showEnded } from '../ended';
import { createGifPicker } from '../gif-picker';
import { createGifs } from '../gifs';
import { createHistory } from '../history';
import { createKeys } from '../keys';
import { showGifsLarge } from '../large-gif';
import { createLayout } from '../row-layout';
import { createLeave } from '../leave';
import { createLog } from '../log';
import { recall } from '../memory';
import { createMine } from '../mine';
import { createNaming, rememberNamed } from '../naming';
import { createNews } from '../news';
import { hideNotice, showBack, showOffline } from '../notice';
import { createOutbox } from '../outbox';
import { createOwner } from '../owner';
import { preparePage } from '../page';
import { createPeople, peopleHere } from '../people';
import { readPage } from '../read-page';
import { createRowKeys } from '../row-keys';
import { createRows } from '../rows';
import { createProblem } from '../problem';
import { beginStart } from '../running';
import { createScroll } from '../scroll';
import { whenSeen } from '../seen';
import { createSettings } from '../settings';
import { connect } from '../site';
import { createTakingBack } from '../taking-back';
import { createTyping } from '../typing';
import { createUnread } from '../unread';
import { upload } from '../upload';
import { fitViewport } from '../viewport';
import { onWaking } from '../wake';
import { createWhisper } from '../whisper';
import { createWhispers } from '../whisper-rows';
import { composerWords, deliveryWords } from '../../locales/browser';
import type { PersonRef } from '../../types/events';

const page = find('#room', HTMLElement);
const room = page.dataset.id ?? '';
const { me: myId = '', myColor = '', myName } = page.dataset;
const me: PersonRef = { id: myId, color: myColor, ...(myName !== undefined && { name: myName }) };
const isEphemeral = page.hasAttribute('data-ephemeral');
const field = find('#chat', HTMLTextAreaElement);
const list = find('#chat-list', HTMLElement);
const scroller = find('#scroller', HTMLElement);
const older = find('#older', HTMLButtonElement);
const newer = find('#newer', HTMLButtonElement);
const toNewest = find('#to-newest', HTMLButtonElement);

const hasStarted = beginStart();
preparePage();
rememberNamed();
await whenSeen(me.id !== '');
const gifs = createGifs(scroller);
const rows = createRows({ scroller, list, gifs });
const scroll = createScroll({ scroller, list, button: toNewest });
const showProblem = createProblem(page, scroll);
const unread = createUnread({ rows, icon: find('link[rel="icon"]', HTMLLinkElement), me });
const news = createNews({ line: find('#news', HTMLElement), me });
createLayout({ scroller, list, rows, scroll });
const mine = createMine({ scroller, rows, scroll, gifs, me });
const whispers = createWhispers({ rows, me });
const log = createLog({
  rows,
  mine,
  whispers,
  scroll,
  gifs,
  me,
  isEphemeral,
  onWindow(isOlderGone) {
    if (isOlderGone) older.hidden = false;
    if (log.isAtNewest()) leadOn(newer, scroller);
    newer.hidden = log.isAtNewest();
    unread.tidy();
  },
});
const history = createHistory({ room, scroller, older, newer, log });
toNewest.addEventListener('click', goToNewest);
const people = createPeople({
  room: page,
  list: find('#people-list', HTMLElement),
  menu: find('#person-menu', HTMLElement),
  me,
  onAction(action, who) {
    hidePopover(find('#people', HTMLElement));
    if (action === 'whisper') whisper.start(who);
    if (action === 'kick') void owner.kick(who);
    if (action === 'handover') void owner.handOver(who);
  },
});

const connection = createConnection({
  io: connect,
  room,
  isEphemeral,
  after: log.last(),
  name: () => recall('name'),
  readAfter: async (after) => (await readPage(room, `after=${String(after)}&limit=100`)).chats,
  onChats(chats) {
    unread.hear(chats);
    log.add(chats);
    news.hear(chats);
    outbox.hear(chats);
    for (const chat of chats) {
      people.hear(chat);
      naming.hear(chat);
      typing.forget(chat.userId);
    }
  },
  onSkip(seq) {
    const isFollowing = scroll.isAtEnd();
    log.skip(seq);
    history.skipped({ isFollowing });
  },
  onJoined(joined) {
    naming.joined(joined);
    log.takeBack(joined.takenBack ?? []);
    if (joined.people) people.set(joined.people, joined.seq);
    showBack();
    history.resume();
    gifs.resume();
    outbox.work();
    void takeUp();
  },
  onOffline: showOffline,
  onEnd(why) {
    hideNotice();
    showEnded(why, room);
    if (why === 'BARRED' || why === 'ROOM_NOT_FOUND') outbox.close(deliveryWords.notSent, 'drop');
    else outbox.close(deliveryWords.sentWhenBack, 'keep');
  },
});
const naming = createNaming({
  form: find('#name-form', HTMLFormElement),
  room,
  me,
  connection,
  onRefused: showProblem,
});
createSettings({
  name: () => me.name ?? '',
  rename: naming.rename,
  onStill: (isStill) => {
    gifs.keepStill(isStill);
  },
});
const owner = createOwner({ room, connection, onProblem: showProblem });
createRowKeys({ scroller, list, field });
createTakingBack({ page, room, list, field, connection, onProblem: showProblem });

const showDelivery = createDeliveries({
  scroller,
  log,
  mine,
  retry: (nonce) => {
    outbox.retry(nonce);
  },
  discard: (nonce) => {
    outbox.discard(nonce);
  },
});
const outbox = createOutbox({
  room,
  me,
  box: isEphemeral ? noBox : createBox(room, (letters) => outbox.adopt(letters)),
  connection,
  upload,
  onState(letter, state) {
    showDelivery(letter, state);
    if (state.what === 'pending') goToNewest();
  },
});
const typing = createTyping({
  line: find('#typing', HTMLElement),
  me,
  tell(isTyping) {
    if (connection.isReady()) connection.socket.volatile.emit('typing', { room, typing: isTyping });
  },
});
const whisper = createWhisper({
  room,
  bar: find('#whispering', HTMLElement),
  field,
  connection,
  onStop: () => {
    showProblem('');
  },
});
connection.on('typing', (typists) => {
  if (typists.room === room) typing.hear(typists);
});
connection.on('whisper', (heard) => {
  unread.hearWhisper(heard, log.last());
  log.addWhisper(heard);
  news.hearWhisper(heard);
});
createComposer({
  form: find('#chat-form', HTMLFormElement),
  field,
  hint: find('#hint', HTMLElement),
  commands: createCommands({
    others: () => peopleHere().filter(({ id }) => id !== me.id),
    whisper,
    rename: naming.rename,
    say,
  }),
  say,
  whisper,
  typing,
  draft: createDraft(room, me.id, isEphemeral),
  onProblem: showProblem,
});
void takeUp();
createGifPicker({
  ...(!isEphemeral && { input: find('#gif', HTMLInputElement) }),
  dropHere: find('.drop-here', HTMLElement),
  isOpen: () => !isEphemeral && !connection.isEnded(),
  hindrance: () => (whisper.isOn() ? composerWords.noGifWhispered : ''),
  send: (gif) => {
    unread.read();
    outbox.send({ gif });
  },
  onProblem: showProblem,
});
showGifsLarge(list, scroller);
createKeys();
fitViewport();
// On a wide page the list of people stands beside the log; as a sheet it would cover the page.
matchMedia('(min-width: 840px)').addEventListener('change', () => {
  hidePopover(find('#people', HTMLElement));
});

onWaking(connection.wake);
// Somebody left, and the browser shows the page again from its memory: enter again.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted && connection.isEnded()) location.reload();
});
window.addEventListener('beforeunload', (event) => {
  if (outbox.isAtRisk()) event.preventDefault();
});
createLeave({
  form: find('#leave-form', HTMLFormElement),
  connection,
  outbox,
  onLeft: () => {
    outbox.close(deliveryWords.notSent, 'ask');
  },
  onProblem: showProblem,
});
find('#remove-room', HTMLButtonElement).addEventListener('click', () => void owner.removeRoom());
hasStarted();

/** Takes the letters that closed pages of this room did not send, and drops those that are in the log already. */
async function takeUp(): Promise<void> {
  await outbox.restore();
  outbox.hear(log.stored());
}

function goToNewest(): void {
  if (log.isAtNewest()) scroll.toEnd();
  else void history.toNewest();
}

function say(text: string): void {
  unread.read();
  outbox.send({ chat: text });
}

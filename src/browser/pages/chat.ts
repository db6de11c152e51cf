/** The room's page: everything put together. */
import { createBox, noBox } from './box.js';
import { createComposer } from './composer.js';
import { confirm } from './confirm.js';
import { createConnection } from './connection.js';
import { createDeliveries } from './delivery.js';
import { find, leadOn } from './dom.js';
import { showEnded } from './ended.js';
import { createGifPicker } from './gif-picker.js';
import { createGifs } from './gifs.js';
import { createHistory } from './history.js';
import { createLog } from './log.js';
import { hideNotice, showBack, showOffline } from './notice.js';
import { createOutbox } from './outbox.js';
import { createPeople } from './people.js';
import { createScroll } from './scroll.js';
import { whenSeen } from './seen.js';
import { createTyping } from './typing.js';
import { upload } from './upload.js';
import { fitViewport } from './viewport.js';
import { onWaking } from './wake.js';
import { createWhisper } from './whisper.js';

const page = find('#room', HTMLElement);
const room = page.dataset.id ?? '';
const me = { id: page.dataset.me ?? '', color: page.dataset.myColor ?? '' };
const isEphemeral = page.hasAttribute('data-ephemeral');
const field = find('#chat', HTMLTextAreaElement);
const list = find('#chat-list', HTMLElement);
const scroller = find('#scroller', HTMLElement);
const older = find('#older', HTMLButtonElement);
const newer = find('#newer', HTMLButtonElement);
const toNewest = find('#to-newest', HTMLButtonElement);

await whenSeen(me.id !== '');
const scroll = createScroll({ scroller, list, button: toNewest });
const log = createLog({
  scroller,
  list,
  me,
  isEphemeral,
  scroll,
  gifs: createGifs(scroller),
  onWindow(isOlderGone) {
    if (isOlderGone) older.hidden = false;
    if (log.isAtNewest()) leadOn(newer, scroller);
    newer.hidden = log.isAtNewest();
  },
});
const history = createHistory({ room, scroller, list, older, newer, log });
toNewest.addEventListener('click', goToNewest);
const people = createPeople({ room: page, list: find('#people-list', HTMLElement), me, onAction: act });

const connection = createConnection({
  room,
  isEphemeral,
  after: log.last(),
  onChats(chats) {
    log.add(chats);
    outbox.hear(chats);
    for (const chat of chats) {
      people.hear(chat);
      typing.forget(chat.userId);
    }
  },
  onSkip(seq) {
    const isFollowing = scroll.isAtEnd();
    log.skip(seq);
    if (isFollowing) goToNewest();
  },
  onJoined(joined) {
    Object.assign(me, joined.me);
    people.set(joined.people, joined.seq);
    showBack();
    history.resume();
    outbox.work();
    void takeUp();
  },
  onOffline: showOffline,
  onEnd(why) {
    hideNotice();
    showEnded(why);
    const isOver = why === 'BARRED' || why === 'ROOM_NOT_FOUND';
    outbox.close(isOver ? '보내지 못했습니다.' : '다시 들어가면 보냅니다.', isOver ? 'drop' : 'keep');
  },
});

const showDelivery = createDeliveries({
  scroller,
  log,
  retry: (nonce) => outbox.retry(nonce),
  discard: (nonce) => outbox.discard(nonce),
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
  tell: (isTyping) =>
    connection.isReady() && connection.socket.volatile.emit('typing', { room, typing: isTyping }),
});
const whisper = createWhisper({ room, bar: find('#whispering', HTMLElement), field, connection });
connection.socket.on('typing', typing.hear);
connection.socket.on('whisper', (heard) => log.addWhisper(heard));
createComposer({
  form: find('#chat-form', HTMLFormElement),
  field,
  outbox,
  whisper,
  typing,
  onProblem: showProblem,
});
void takeUp();
createGifPicker({
  ...(!isEphemeral && { input: find('#gif', HTMLInputElement) }),
  dropHere: find('.drop-here', HTMLElement),
  isOpen: () => !isEphemeral && !connection.isEnded(),
  send: (gif) => outbox.send({ gif }),
  onProblem: showProblem,
});
fitViewport();

// A form that came back with an error has the form's own address.
if (location.pathname !== `/room/${room}`) {
  window.history.replaceState(window.history.state, '', `/room/${room}`);
}
onWaking(() => connection.wake());
// Whoever left and comes back to a page out of the browser's memory enters again.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted && connection.isEnded()) location.reload();
});
window.addEventListener('beforeunload', (event) => {
  if (outbox.isAtRisk()) event.preventDefault();
});
find('#exit-btn', HTMLButtonElement).form?.addEventListener('submit', () => {
  connection.fallSilent();
  outbox.close('보내지 못했습니다.', 'ask');
});
find('#remove-room', HTMLButtonElement).addEventListener('click', removeRoom);

/** Takes up what was not sent when this page, or another one of the room, was last open. */
async function takeUp() {
  await outbox.restore();
  outbox.hear(log.stored());
}

function goToNewest() {
  if (log.isAtNewest()) scroll.toEnd();
  else void history.toNewest();
}

/** @param {string} action @param {import('../types/events.js').PersonRef} who */
async function act(action, who) {
  find('#people', HTMLElement).hidePopover?.();
  if (action === 'whisper') whisper.start(who);
  if (
    action === 'kick' &&
    (await confirm(`${who.color}님을 내보낼까요? 다시 들어올 수 없습니다.`, '내보내기'))
  ) {
    answer(await connection.request('kick', { room, userId: who.id }));
  }
  if (action === 'handover' && (await confirm(`${who.color}님에게 방장을 넘길까요?`, '방장 넘기기'))) {
    answer(await connection.request('handover', { room, userId: who.id }));
  }
}

async function removeRoom() {
  if (!(await confirm('방을 삭제할까요? 대화와 GIF가 모두 지워집니다.', '방 삭제'))) return;
  try {
    const response = await fetch(`/room/${room}`, {
      method: 'DELETE',
      headers: { Accept: 'application/json' },
    });
    if (response.ok) location.assign('/');
    else showProblem((await response.json()).error.message);
  } catch {
    showProblem('방을 삭제하지 못했습니다.');
  }
}

/** @param {import('../types/events.js').Answer | undefined} answer */
function answer(answer) {
  if (!answer?.ok) showProblem(answer?.message ?? '연결이 끊겨 하지 못했습니다.');
}

/** @param {string} text empty when there is none */
function showProblem(text) {
  find('#composer-error', HTMLElement).textContent = text;
}

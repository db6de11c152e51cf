/** The room's page: everything put together. */
import { createComposer } from './composer.js';
import { confirm } from './confirm.js';
import { createConnection } from './connection.js';
import { find } from './dom.js';
import { showEnded } from './ended.js';
import { createGifs } from './gifs.js';
import { createHistory } from './history.js';
import { createLog } from './log.js';
import { hideNotice, showBack, showOffline } from './notice.js';
import { createOutbox } from './outbox.js';
import { createPeople } from './people.js';
import { createScroll } from './scroll.js';
import { createTyping } from './typing.js';
import { createUpload } from './upload.js';
import { fitViewport } from './viewport.js';
import { createWhisper } from './whisper.js';

const page = find('#room', HTMLElement);
const room = page.dataset.id ?? '';
const me = { id: page.dataset.me ?? '', color: page.dataset.myColor ?? '' };
const isEphemeral = page.hasAttribute('data-ephemeral');
const field = find('#chat', HTMLTextAreaElement);
const list = find('#chat-list', HTMLElement);
const scroller = find('#scroller', HTMLElement);
const older = find('#older', HTMLButtonElement);

const scroll = createScroll(scroller, find('#to-newest', HTMLButtonElement));
const log = createLog({
  list,
  me,
  scroll,
  gifs: createGifs(scroller),
  onTrim: () => (older.hidden = isEphemeral),
});
const people = createPeople({ room: page, list: find('#people-list', HTMLElement), me, onAction: act });

const connection = createConnection({
  room,
  isEphemeral,
  after: log.last(),
  onChats(chats) {
    log.add(chats);
    for (const chat of chats) {
      people.hear(chat);
      typing.forget(chat.userId);
    }
  },
  onJoined(joined) {
    Object.assign(me, joined.me);
    people.set(joined.people, joined.seq);
    showBack();
    void outbox.work();
  },
  onOffline: showOffline,
  onEnd(why) {
    hideNotice();
    showEnded(why);
    outbox.close('보내지 못했습니다.');
  },
});

const outbox = createOutbox({ room, log, connection });
const typing = createTyping({
  line: find('#typing', HTMLElement),
  tell: (isTyping) =>
    connection.isReady() && connection.socket.volatile.emit('typing', { room, typing: isTyping }),
});
const whisper = createWhisper({ room, bar: find('#whispering', HTMLElement), field, connection });
connection.socket.on('typing', typing.hear);
connection.socket.on('whisper', (heard) => log.addWhisper(heard));
createHistory({ room, button: older, scroller, list, log });
createComposer({
  form: find('#chat-form', HTMLFormElement),
  field,
  outbox,
  whisper,
  typing,
  onProblem: showProblem,
});
if (!isEphemeral) {
  const input = find('#gif', HTMLInputElement);
  createUpload({ room, input, dropHere: find('.drop-here', HTMLElement), log, onProblem: showProblem });
}
fitViewport();

// A form that came back with an error has the form's own address.
if (location.pathname !== `/room/${room}`) history.replaceState(history.state, '', `/room/${room}`);
// A page out of the browser's memory has lost its connection, perhaps its place.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
window.addEventListener('beforeunload', (event) => {
  if (!outbox.isEmpty()) event.preventDefault();
});
find('#exit-btn', HTMLButtonElement).form?.addEventListener('submit', () => {
  connection.leave();
  outbox.close('보내지 못했습니다.');
});
find('#remove-room', HTMLButtonElement).addEventListener('click', removeRoom);

/** @param {string} action @param {import('../src/types/events.js').PersonRef} who */
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

/** @param {import('../src/types/events.js').Answer | undefined} answer */
function answer(answer) {
  if (!answer?.ok) showProblem(answer?.message ?? '연결이 끊겨 하지 못했습니다.');
}

/** @param {string} text empty when there is none */
function showProblem(text) {
  find('#composer-error', HTMLElement).textContent = text;
}

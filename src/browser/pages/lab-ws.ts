/** `/lab/ws`: a bare WebSocket, frame by frame. */
import { find } from '../dom';
import { labSocketUrl, labUrl } from '../demo/address';
import { frameSize } from '../demo/frame';
import { readCrowd } from '../demo/incoming';
import { createLogTable } from '../demo/log-table';
import { print } from '../demo/print';
import { preparePage } from '../page';
import { labWords } from '../../locales/lab';

const REPLY = '클라이언트에서 서버로 답장을 보냅니다.';
/** The close code of a connection that broke. */
const BROKEN = 1006;
const STATES = ['connecting', 'open', 'closing', 'closed'] as const;

const state = find('#state', HTMLElement);
const connectButton = find('#connect', HTMLButtonElement);
const disconnectButton = find('#disconnect', HTMLButtonElement);
const log = createLogTable();
let socket = connect();

preparePage();
watchCrowd();
connectButton.addEventListener('click', () => {
  if (socket.readyState !== WebSocket.CLOSED) return;
  socket = connect();
  disconnectButton.focus();
});
disconnectButton.addEventListener('click', () => {
  socket.close();
  showState();
});

function connect(): WebSocket {
  const opening = new WebSocket(labSocketUrl('ws'));
  opening.addEventListener('open', () => {
    print(labWords.states.open);
    showState();
  });
  opening.addEventListener('message', ({ data }) => {
    const text = String(data);
    print(text);
    show('down', text);
    opening.send(REPLY);
    show('up', REPLY);
  });
  opening.addEventListener('close', ({ code, reason }) => {
    const words = labWords.closedWith(code, reason || (code === BROKEN ? labWords.noGoodbye : ''));
    print(words);
    log.add('note', labWords.note, words, '');
    showState();
  });
  showState(opening);
  return opening;
}

function show(direction: 'up' | 'down', text: string): void {
  const { head, payload } = frameSize(text, direction);
  log.add(direction, labWords[direction], text, labWords.bytes(head, payload));
}

function showState({ readyState } = socket): void {
  const name = STATES[readyState];
  state.textContent = `${labWords.states[name]} (readyState ${String(readyState)})`;
  state.dataset['state'] = name;
  connectButton.disabled = name !== 'closed';
  disconnectButton.disabled = name !== 'open';
}

/** Shows how many clients there are. The bare WebSocket sends only its one sentence, so the numbers come by an event stream. */
function watchCrowd(): void {
  const [clients, lately] = [find('#clients', HTMLElement), find('#lately', HTMLElement)];
  const events = new EventSource(labUrl('ws/crowd'));
  events.addEventListener('message', ({ data }) => {
    const crowd = readCrowd(String(data));
    clients.textContent = String(crowd?.clients ?? labWords.none);
    lately.textContent = String(crowd?.lately ?? labWords.none);
  });
  events.addEventListener('ended', () => {
    events.close();
    showNone();
  });
  events.addEventListener('error', showNone);

  function showNone(): void {
    clients.textContent = labWords.noCrowd;
    lately.textContent = labWords.noCrowd;
  }
}

/** Every string that the pages' script says to a person, in Korean. A bundle holds those of its page alone. */
import type { Sentences } from '../../shared/sentence';
import type { TimeWords } from '../../shared/time';

/**
 * Sentences of the log about people. The first two are the book's, and the book's client gets
 * all of them in Korean.
 */
export const sentences: Sentences = {
  join: (who) => `${who}님이 입장하셨습니다.`,
  exit: (who) => `${who}님이 퇴장하셨습니다.`,
  kick: (who) => `${who}님을 내보냈습니다.`,
  owner: (who) => `${who}님이 방장이 되었습니다.`,
  name: (color, name) =>
    name === undefined ? `${color}님이 이름을 지웠습니다.` : `${color}님의 이름은 ${name}입니다.`,
  takeback: (who) => `${who}님이 메시지를 지웠습니다.`,
};

/** Not Intl, whose Korean says PM since CLDR 42. */
export const timeWords: TimeWords = {
  timeOfDay: (hours, minutes) =>
    `${hours < 12 ? '오전' : '오후'} ${String(hours % 12 || 12)}:${String(minutes).padStart(2, '0')}`,
  today: '오늘',
  yesterday: '어제',
  onDay: (month, day) => `${String(month)}월 ${String(day)}일`,
  inYear: (year, month, day) => `${String(year)}년 ${String(month)}월 ${String(day)}일`,
  withDay: (day, time) => `${day} ${time}`,
};

export const connectionWords = {
  offline: '연결이 끊겼습니다. 다시 잇는 중…',
  back: '다시 연결되었습니다.',
};

export const listWords = {
  newRooms: (many: number) => `새 방 ${many.toLocaleString()}개 보기`,
  secret: '비밀방',
  open: '공개방',
  enter: (title: string) => `${title} 입장`,
};

/** Why this page is not in the room any more. */
export const endWords = {
  barred: '방장이 이 방에서 내보냈습니다.',
  closed: '방이 닫혔습니다.',
  elsewhere:
    '대화를 저장하지 않는 방이라, 먼저 들어온 사람들이 연결된 서버에서만 들어갈 수 있습니다. 지금은 다른 서버에 연결되어 있습니다.',
  full: '그 사이에 방이 가득 찼습니다. 자리가 나면 들어갈 수 있습니다.',
  replaced: '이 창의 연결이 끝났습니다. 다른 창에서 방을 나갔거나 창을 너무 많이 열었습니다.',
  other: '이 방에 들어와 있지 않습니다. 다시 들어가 주세요.',
};

export const logWords = {
  gifOf: (name: string) => `${name}님이 올린 GIF`,
  myGif: '내가 올린 GIF',
  playGif: 'GIF 움직이기',
  pauseGif: 'GIF 멈추기',
  whisperTo: '귓속말 →',
  whisperFrom: '귓속말 ←',
  toNewest: '최신 대화로 ↓',
  unread: (count: number) => `새 메시지 ${String(count)}개 ↓`,
  unreadAtLeast: (count: number) => `새 메시지 ${String(count)}개 이상 ↓`,
  loading: '불러오는 중…',
  saidBy: (name: string, text: string) => `${name}: ${text}`,
  whisperedBy: (name: string, text: string) => `${name}님의 귓속말: ${text}`,
  news: (count: number) => `새 메시지 ${String(count)}개`,
  folded: (count: number) => `방 소식 ${String(count)}개`,
  notLoaded: '불러오지 못했습니다. 다시 시도',
};

/** The states of a chat that is sent. */
export const deliveryWords = {
  sending: '보내는 중…',
  uploading: '올리는 중…',
  waitsForConnection: '연결되면 올립니다.',
  stalled: '올라가지 않고 있습니다. 기다리거나 다시 보내 주세요.',
  againIn: (seconds: number) => `너무 자주 보냈습니다. ${seconds.toLocaleString()}초 뒤에 다시 보냅니다.`,
  triedAgain: '올리지 못해 곧 다시 해 봅니다.',
  notSent: '보내지 못했습니다.',
  notSentThen: '그때 보내지 못했습니다.',
  sentWhenBack: '다시 들어가면 보냅니다.',
  notUploaded: 'GIF를 올리지 못했습니다.',
  gifTooLargeOnTheWay: '서버 앞에서 너무 크다고 받지 않았습니다. 더 작은 GIF를 올려 주세요.',
  serverAway: '서버가 지금 받지 못합니다. 잠시 뒤에 다시 보내 주세요.',
};

export const leaveWords = {
  notLeft: '연결되지 않아 나가지 못했습니다. 잠시 뒤에 다시 눌러 주세요.',
};

export const composerWords = {
  tooLong: (most: number, length: number) =>
    `${most.toLocaleString()}자까지 보낼 수 있습니다. 지금은 ${length.toLocaleString()}자입니다.`,
  notAGif: 'GIF 파일이 아닙니다.',
  pastedNoGif:
    '붙여 넣은 그림은 GIF가 아닙니다. 복사하면 멈춘 그림이 될 수 있으니, GIF 파일로 저장한 뒤 GIF 단추로 골라 주세요.',
  gifTooLarge: (bytes: number) =>
    `너무 큽니다. GIF는 5MB까지 올릴 수 있습니다. 이 파일은 ${(Math.ceil((bytes / 1024 / 1024) * 10) / 10).toFixed(1)}MB입니다.`,
  noGifWhispered: 'GIF는 귓속말로 보낼 수 없습니다. 모두에게 보이려면 귓속말을 먼저 끝내 주세요.',
  notWhispered: '귓속말을 보내지 못했습니다.',
  isNotHere: (name: string) => `${name}님은 지금 이 방에 없습니다.`,
  typing: (names: string[]) => `${names.join('님, ')}님이 입력 중…`,
  manyTyping: (names: string[], others: number) =>
    `${names.join('님, ')}님 외 ${String(others)}명이 입력 중…`,
};

export const nameWords = {
  impossible: '이름은 글자, 숫자, 띄어쓰기, 이모지로 20자까지입니다.',
  refused: (name: string) => `${name}: 이 방에 같거나 비슷해 보이는 이름이 있거나, 쓸 수 없는 이름입니다.`,
  notChanged: '연결이 끊겨 이름을 바꾸지 못했습니다.',
};

export const takeBackWords = {
  takeBack: '지우기',
  mayTakeBack: '이 메시지를 지울까요? 모두에게서 지워지고, 되돌릴 수 없습니다.',
  tooLate: '이 방은 대화를 저장하지 않아서, 오래된 메시지는 더는 지울 수 없습니다.',
  notTakenBack: '연결이 끊겨 지우지 못했습니다.',
};

/** What is written after a slash. */
export const commandWords = {
  hint: '/w 이름 귓속말 · /name 새 이름 · //로 쓰면 /로 시작하는 글',
  unknown: (word: string) => `/${word} 명령은 없습니다. 글로 보내려면 //${word}라고 쓰세요.`,
  nobody: '누구에게 보낼지 알 수 없습니다. /w 뒤에 한 사람의 이름이나 색을 쓰세요.',
};

/** Questions before the owner's actions, and what went wrong with them. */
export const ownerWords = {
  kick: '내보내기',
  mayKick: (name: string) => `${name}님을 내보낼까요? 다시 들어올 수 없습니다.`,
  handOver: '방장 넘기기',
  mayHandOver: (name: string) => `${name}님에게 방장을 넘길까요?`,
  removeRoom: '방 삭제',
  mayRemoveRoom: '방을 삭제할까요? 대화와 GIF가 모두 지워집니다.',
  notRemoved: '방을 삭제하지 못했습니다.',
  notDone: '연결이 끊겨 하지 못했습니다.',
};

/** The menu of a person in the list. */
export const actionWords = {
  menuOf: (name: string) => `${name}님에게 할 수 있는 일`,
};

/** Every string that the server says to a person, in Korean. The words of the templates stand in `templates.ts`. */
import type { GifBound } from '../../rules/gif';
import type { RefusalCode } from '../../rules/refusal';

/** What is shown for each refusal; the first four are the book's and this project's texts for `/?error=`. */
export const refusals: Record<RefusalCode, string> = {
  ROOM_NOT_FOUND: '존재하지 않는 방입니다.',
  BARRED: '내보내진 방입니다.',
  WRONG_PASSWORD: '비밀번호가 틀렸습니다.',
  ROOM_FULL: '허용 인원이 초과하였습니다.',
  NAME_TAKEN: '이 방에 같은 이름이나 비슷해 보이는 이름이 있습니다.',
  BAD_REQUEST: '입력한 내용을 확인해 주세요.',
  PASSWORD_NEEDED: '비밀번호가 필요한 방입니다.',
  NOT_ADMITTED: '이 방에 들어와 있지 않습니다.',
  NO_COOKIE: '쿠키가 있어야 쓸 수 있는 사이트입니다. 브라우저에서 이 사이트의 쿠키를 허용해 주세요.',
  FORBIDDEN: '방장만 할 수 있습니다.',
  ELSEWHERE:
    '대화를 저장하지 않는 방이라, 먼저 들어온 사람들이 연결된 서버에서만 들어갈 수 있습니다. 지금은 다른 서버에 연결되어 있습니다.',
  CROSS_SITE: '다른 사이트에서 온 요청은 받지 않습니다.',
  PAGE_NOT_FOUND: '찾을 수 없는 페이지입니다.',
  TOO_LARGE: '너무 큽니다.',
  ROOM_BYTES: '이 방에 저장할 수 있는 만큼 다 찼습니다. 새 방을 만들어 주세요.',
  DISK_FULL: '서버의 저장 공간이 모자라서 지금은 새 메시지를 받을 수 없습니다. 운영자에게 알려 주세요.',
  NO_GIF: 'GIF 파일을 골라 주세요.',
  NOT_A_GIF: 'GIF 파일이 아닙니다.',
  NO_GIFS_HERE: '대화를 저장하지 않는 방에는 GIF를 올릴 수 없습니다.',
  RATE_LIMITED: '너무 자주 요청했습니다. 잠시 뒤에 다시 해 주세요.',
  TOO_MANY_ROOMS:
    '사람이 없는 방이 너무 많습니다. 만든 방에 들어가거나, 빈 방이 사라질 때까지 기다려 주세요.',
  NO_SEAT:
    '실험실에서는 한 사람이 연결을 8개까지, 모두가 200개까지 열 수 있습니다. 실험실의 다른 탭을 닫고 다시 해 보세요.',
  INTERNAL: '문제가 생겼습니다. 잠시 뒤에 다시 해 주세요.',
  UNAVAILABLE: '지금은 저장소에 연결할 수 없습니다. 잠시 뒤에 다시 해 주세요.',
};

/** What is said behind TOO_LARGE of a GIF. */
export const bounds: Record<GifBound, string> = {
  bytes: 'GIF는 5MB까지 올릴 수 있습니다.',
  side: 'GIF는 가로세로 4096픽셀까지 올릴 수 있습니다.',
  frames: 'GIF는 500장까지 올릴 수 있습니다.',
  pixels: 'GIF는 모든 장을 합해 2억 픽셀까지 올릴 수 있습니다.',
  screen: '움직이는 GIF는 화면 크기 800만 픽셀까지 올릴 수 있습니다.',
  codes: '압축이 잘못되어 읽는 데 너무 오래 걸리는 GIF입니다. 다른 프로그램으로 다시 저장해 주세요.',
};

/** RATE_LIMITED, when it is known how long one has to wait. */
export const tryAgainIn = (seconds: number) =>
  `너무 자주 요청했습니다. ${String(seconds)}초 뒤에 다시 해 주세요.`;

export const titles = {
  main: 'GIF 채팅방',
  room: 'GIF 채팅방 생성',
  password: '비밀번호 입력',
  error: '오류',
};

/** What is wrong with a field of the create form. */
export const fields = {
  name: '이름은 글자, 숫자, 띄어쓰기, 이모지로 20자까지입니다.',
  title: '방 제목을 1자에서 100자까지 적어 주세요.',
  max: '수용 인원은 2명에서 500명까지의 정수입니다.',
  password: '비밀번호는 100자까지이고, 빈 문자(NUL)는 쓸 수 없습니다.',
};

/** The 404 page's sentence, as in the book. */
export const noRoute = (method: string, url: string) => `${method} ${url} 라우터가 없습니다.`;

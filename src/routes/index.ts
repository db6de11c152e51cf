/** Every URL, with its middlewares and its controller. */
import { Router, type RequestHandler } from 'express';
import { chatControllers } from '../controllers/chats';
import { healthController } from '../controllers/health';
import { roomControllers } from '../controllers/rooms';
import { cookieCheck } from '../middlewares/cookie-check';
import { forScripts } from '../middlewares/errors';
import { neverKept } from '../middlewares/headers';
import { identity } from '../middlewares/identity';
import { inTurn, limited } from '../middlewares/limits';
import { upload } from '../middlewares/upload';
import type { Services } from '../services';

/** @param session runs only for routes that need a session: the list and the errors are the same for everybody. */
export function routes(services: Services, session: RequestHandler): Router {
  const router = Router();
  const { limits } = services;
  const known = identity(limits);
  const page = limited(limits, 'page');
  const { renderMain, renderRoom, createRoom, enterRoom, givePassword, leaveRoom, leadToRoom, removeRoom } =
    roomControllers(services);
  const { sendChat, admitUpload, sendGif, showAgain, renamePerson, takeBack, listChats, showGif } =
    chatControllers(services);
  const { health } = healthController(services);

  router.get('/healthz', health);
  router.get('/', limited(limits, 'list'), renderMain);
  router.get(
    ['enter', 'leave', 'chat', 'gif', 'name', 'chats/:seq/takeback'].map((form) => `/room/:id/${form}`),
    leadToRoom,
  );
  router.use(['/room', '/gif'], session);
  router.use('/room', neverKept);
  router.get('/room', page, known, renderRoom);
  router.post('/room', known, createRoom);
  router.get('/room/:id', page, known, cookieCheck, inTurn(enterRoom));
  router.delete('/room/:id', forScripts, known, removeRoom);
  router.post('/room/:id/enter', known, givePassword);
  router.post('/room/:id/leave', known, leaveRoom);
  router.get('/room/:id/chats', forScripts, page, inTurn(listChats));
  router.post('/room/:id/chat', forScripts, known, sendChat, showAgain);
  router.post('/room/:id/gif', forScripts, known, admitUpload, upload(services.gifs), sendGif, showAgain);
  router.post('/room/:id/name', forScripts, known, renamePerson, showAgain);
  router.delete('/room/:id/chats/:seq', forScripts, known, takeBack);
  router.post('/room/:id/chats/:seq/takeback', forScripts, known, takeBack, showAgain);
  router.get('/gif/:room/:file', forScripts, limited(limits, 'file'), showGif);
  return router;
}

/** Chat over sockets alone: what is said is passed on to those who are in the room now, and kept nowhere. */
import type { Namespace } from 'socket.io';
import { colorOf } from '../rules/color';
import type { LabChatEvents, LabChatRequests } from '../types/lab';

export function chatOverSockets(namespace: Namespace<LabChatRequests, LabChatEvents>): void {
  namespace.on('connection', (socket) => {
    // A person is a connection here: its color comes from the socket's id, since there is nothing else to know it by.
    const user = colorOf(socket.id);
    let room: string | undefined;
    socket.emit('you', user);

    socket.on('join', (name) => {
      leave();
      // Every socket is also in a room that has its own id as its name. With a prefix, nobody can join such a room.
      room = `room ${name}`;
      void socket.join(room);
      socket.to(room).emit('join', { user: 'system', chat: `${user}님이 입장하셨습니다.` });
    });

    socket.on('chat', (said) => {
      // The client says which room and which user it means. The server knows both and believes neither.
      if (room !== undefined) namespace.to(room).emit('chat', { user, chat: said.chat });
    });

    socket.on('disconnect', leave);

    function leave(): void {
      if (room === undefined) return;
      socket.to(room).emit('exit', { user: 'system', chat: `${user}님이 퇴장하셨습니다.` });
      void socket.leave(room);
      room = undefined;
    }
  });
}

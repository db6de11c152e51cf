/** Chat over sockets alone: a message goes to the sockets that are in the room now, and is stored nowhere. */
import type { Namespace } from 'socket.io';
import { colorOf } from '../rules/color';
import type { LabChatEvents, LabChatRequests } from '../types/lab';

export function chatOverSockets(namespace: Namespace<LabChatRequests, LabChatEvents>): void {
  namespace.on('connection', (socket) => {
    // There is no session: a person is a socket, and the color comes from its id.
    const user = colorOf(socket.id);
    let room: string | undefined;
    socket.emit('you', user);

    socket.on('join', (name) => {
      leave();
      // Socket.IO puts each socket into a room of its own, named by the socket's id. No other socket may join that room.
      room = `room ${name}`;
      void socket.join(room);
      socket.to(room).emit('join', { user: 'system', chat: `${user}님이 입장하셨습니다.`, color: user });
    });

    socket.on('chat', (said) => {
      // The client says a room and a user, too. The server knows both and believes neither.
      if (room !== undefined) namespace.to(room).emit('chat', { user, chat: said.chat });
    });

    socket.on('disconnect', leave);

    function leave(): void {
      if (room === undefined) return;
      socket.to(room).emit('exit', { user: 'system', chat: `${user}님이 퇴장하셨습니다.`, color: user });
      void socket.leave(room);
      room = undefined;
    }
  });
}

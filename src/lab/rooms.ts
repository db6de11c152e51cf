/** Namespaces and rooms: one message, and six ways to choose who hears it. */
import type { Namespace } from 'socket.io';
import type { PaneEvents, PaneRequests } from '../types/lab';

/** A message never leaves the namespace of the socket that sent it. */
export function namespacesAndRooms(namespaces: Namespace<PaneRequests, PaneEvents>): void {
  namespaces.on('connection', (socket) => {
    const namespace = socket.nsp;
    const from = socket.id;
    tellRooms();

    socket.on('join', (room) => {
      void socket.join(room);
      tellRooms();
    });
    socket.on('leave', (room) => {
      void socket.leave(room);
      tellRooms();
    });

    socket.on('emit', () => socket.emit('message', { way: 'emit', from }));
    socket.on('emitToAll', () => namespace.emit('message', { way: 'emitToAll', from }));
    socket.on('broadcast', () => socket.broadcast.emit('message', { way: 'broadcast', from }));

    // The sender itself does not hear these two, even if it is in the room.
    socket.on('toRoom', (room) => socket.to(room).emit('message', { way: 'toRoom', from }));
    socket.on('toSocket', (id) => socket.to(id).emit('message', { way: 'toSocket', from }));

    // Everybody in the namespace but those in the room.
    socket.on('except', (room) => namespace.except(room).emit('message', { way: 'except', from }));

    function tellRooms(): void {
      socket.emit('rooms', [...socket.rooms]);
    }
  });
}

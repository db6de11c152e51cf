// As in section 12.3: first by polling; with `?websocket` by WebSocket alone.
const options = { path: '/socket.io' };
if (location.search === '?websocket') options.transports = ['websocket'];
const socket = io.connect('http://localhost:8005', options);
socket.on('news', (data) => {
  console.log(data);
  console.log(socket.io.engine.transport.name);
  socket.emit('reply', 'Hello Node.JS');
});

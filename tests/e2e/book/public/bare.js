// As in section 12.2: the page opens a WebSocket to the server's root, prints what it hears and replies to it.
const socket = new WebSocket('ws://localhost:8005');
socket.onopen = () => console.log('열렸습니다');
socket.onmessage = ({ data }) => {
  console.log(data);
  socket.send('클라이언트에서 서버로 답장을 보냅니다.');
};

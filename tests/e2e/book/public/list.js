// As in the list of section 12.7: rooms come and go by two events, and a secret room's password goes in the address.
const rooms = document.querySelector('tbody');
const socket = io.connect('http://localhost:8005/room', { path: '/socket.io' });

socket.on('newRoom', (room) => {
  const row = rooms.insertRow();
  row.dataset.id = room._id;
  for (const text of [room.title, room.password ? '비밀방' : '공개방', room.max, room.owner]) {
    row.insertCell().textContent = text;
  }
  const button = document.createElement('button');
  button.className = 'join-btn';
  button.dataset.id = room._id;
  button.dataset.password = room.password ? 'true' : 'false';
  button.textContent = '입장';
  button.addEventListener('click', enter);
  row.insertCell().append(button);
});
socket.on('removeRoom', (id) => {
  for (const row of rooms.querySelectorAll('tr')) if (row.dataset.id === id) row.remove();
});
for (const button of document.querySelectorAll('.join-btn')) button.addEventListener('click', enter);

function enter({ target }) {
  const { id, password } = target.dataset;
  if (password === 'true') location.href = `/room/${id}?password=${prompt('비밀번호를 입력하세요')}`;
  else location.href = `/room/${id}`;
}

const error = new URL(location.href).searchParams.get('error');
if (error) alert(error);

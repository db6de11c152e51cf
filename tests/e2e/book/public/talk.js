// As in the chat of section 12.7: joining by the bare id, hearing three events, saying by axios.
const list = document.querySelector('#chat-list');
const { room, user } = list.dataset;
const socket = io.connect('http://localhost:8005/chat', { path: '/socket.io' });
socket.emit('join', room);

socket.on('join', (data) => add('system', data));
socket.on('exit', (data) => add('system', data));
socket.on('chat', (data) => add(data.user === user ? 'mine' : 'other', data));

function add(className, { user: name, chat, gif }) {
  const row = document.createElement('div');
  row.className = className;
  const who = document.createElement('div');
  who.textContent = name;
  row.append(who);
  const what = document.createElement(chat ? 'div' : 'img');
  if (chat) what.textContent = chat;
  else what.src = '/gif/' + gif;
  row.append(what);
  row.style.color = name;
  list.append(row);
}

document.querySelector('#chat-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = event.target.chat;
  if (!field.value) return;
  axios
    .post(`/room/${room}/chat`, { chat: field.value })
    .then(() => {
      field.value = '';
    })
    .catch((error) => console.error(error));
});
document.querySelector('#gif').addEventListener('change', (event) => {
  const form = new FormData();
  form.append('gif', event.target.files[0]);
  axios
    .post(`/room/${room}/gif`, form)
    .then(() => {
      event.target.value = null;
    })
    .catch((error) => console.error(error));
});

/**
 * Socket.IO's client, in a bundle of its own: the list and the rooms share it, and browsers keep it when our code changes.
 */
import { io } from 'socket.io-client';

Object.assign(globalThis, { io });

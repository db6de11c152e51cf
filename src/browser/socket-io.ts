/**
 * Socket.IO's client, in a file of its own: the list and the rooms share it, and browsers keep it while our code changes.
 */
import { io } from 'socket.io-client';

Object.assign(globalThis, { io });

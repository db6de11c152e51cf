/** Five mistakes that break the promise: the file, the text that is there, and the wrong text that replaces it. */
const MUTANTS = [
  {
    name: 'acknowledges before the commit',
    file: 'src/services/commit.ts',
    from: 'if (await store.rooms.commit(',
    to: 'for (const entry of batch) if (entry.nonce) entry.answer();\n if (await store.rooms.commit(',
  },
  {
    name: 'never puts the tail away',
    file: 'src/stores/tails.ts',
    from: 'const isAway = insert(tail).then(',
    to: 'const isAway = Promise.resolve().then(',
    needsMongo: true,
  },
  {
    name: 'commits without looking at the version',
    file: 'src/stores/embedded.ts',
    from: 'if (!rooms.doesExist(from._id, from.version)) return false;',
    to: 'if (!rooms.doesExist(from._id)) return false;',
    // This mistake shows only where two processes commit to the same room.
    ofTwoProcesses: {
      file: 'src/stores/mongo.ts',
      from: 'from._id), version: from.version },',
      to: 'from._id) },',
    },
  },
  {
    name: 'does not look for the nonce',
    file: 'src/services/commit.ts',
    from: 'add(await store.chats.byNonce(room._id, keys, room.version))',
    to: 'add([])',
  },
  {
    name: 'forgets a drop',
    file: 'src/services/rooms.ts',
    from: 'places.drop(room, socketOf(socketId), at)',
    to: '({ room, said: [], answer: undefined })',
  },
];

module.exports = { MUTANTS };

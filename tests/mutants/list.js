/** The one promise, broken in five ways: what stands where in the source, and what takes its place. */
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
    // Real processes race for a version only where there are two of them.
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
    to: '{ room, said: [], answer: undefined }',
  },
];

module.exports = { MUTANTS };

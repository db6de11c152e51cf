/** Loaded before the program (`node -r`), so that its process can be asked what it holds. The program is as it is. */
import { answerQuestions } from '../../bench/holdings';
import { noteServers } from '../support/note-servers';

noteServers((io) => {
  const { httpServer } = io;
  httpServer.once('listening', () => {
    const address = httpServer.address();
    if (typeof address === 'object' && address !== null) answerQuestions(address.port, [io]);
  });
});

// When the fuzz ends, however it does, the program must not stay.
process.once('disconnect', () => process.exit());

'use strict';
// `npm run test:mongo` without a server would quietly test the embedded store twice.
if (!process.env.MONGO_URL) {
  process.stderr.write(
    'set MONGO_URL to a MongoDB server to test on, for example mongodb://127.0.0.1:27017\n',
  );
  process.exit(1);
}

'use strict';
// Without a server, `npm run test:mongo` would test the embedded store again and say nothing. So stop here.
if (!process.env.MONGO_URL) {
  process.stderr.write(
    'set MONGO_URL to a MongoDB server to test on, for example mongodb://127.0.0.1:27017\n',
  );
  process.exit(1);
}

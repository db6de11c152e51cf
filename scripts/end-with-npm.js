'use strict';
// npm runs a script by a shell and passes SIGTERM on to it. Many a shell dies of that and leaves us behind, with the
// port and the data. Nothing tells us but that our parent is another one then: so we look, and end as if told to.
// (On Windows npm is not told by signals, and a parent's number stays.)

const LOOK_EVERY = 250;

if (process.env.npm_lifecycle_event !== undefined) {
  const shell = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY).unref();
}

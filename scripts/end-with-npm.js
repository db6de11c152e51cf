'use strict';
// npm runs a script by a shell, and passes SIGTERM on to that shell only. Many shells end then, and this process would go on
// and keep the port and the data. It notices only that it has another parent process. So we look for that, and end as if we had
// got the signal. (On Windows, npm gets no signals, and the number of the parent process stays the same.)

const LOOK_EVERY = 250;

if (process.env.npm_lifecycle_event !== undefined) {
  const shell = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY).unref();
}

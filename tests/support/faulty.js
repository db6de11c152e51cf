/** Loaded into a program before all else: it makes the mistake that FAULT names. */
if (process.env.FAULT === 'rejection') {
  setTimeout(() => {
    void Promise.reject(new Error('forgotten'));
    // Not every failure is an Error.
    void Promise.reject({ code: 'ODD' });
  });
}
if (process.env.FAULT === 'exception') {
  process.on('SIGUSR2', () => {
    throw new Error('uncaught');
  });
}

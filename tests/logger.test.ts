import { vi } from 'vitest';
import { logger, redactUrl } from '../src/logger';

describe('the log', () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    logger.setLevel('debug');
  });
  afterEach(() => {
    vi.restoreAllMocks();
    logger.setLevel('silent');
  });

  it('has one line for each entry, with time, level and text', () => {
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(lines).toHaveLength(4);
    ['debug a', 'info b', 'warn c', 'error d'].forEach((entry, n) => {
      expect(lines[n]).toMatch(new RegExp(`^${time} ${entry}$`));
    });
  });

  it('shows where an error was thrown, and its cause', () => {
    logger.error(new Error('no room', { cause: new TypeError('no store') }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /Error: no room .*logger\.test\.ts.* because of TypeError: no store .*logger\.test\.ts/,
    );
  });

  it('shows an error that is its own cause only once', () => {
    const error = new Error('again');
    error.cause = error;
    logger.error(error);
    expect(lines).toHaveLength(1);
  });

  it('changes text that would look like another entry or control a terminal', () => {
    logger.warn('a\r\n2026-01-01T00:00:00.000Z info forged\u001b[31m\u0000');
    expect(lines[0]).toMatch(/ warn a \| 2026-01-01T00:00:00\.000Z info forged\?\[31m\?$/);
  });

  it('leaves out entries below its level', () => {
    logger.setLevel('warn');
    logger.info('too much');
    logger.warn('enough');
    expect(lines).toEqual([expect.stringMatching(/ warn enough$/)]);
    logger.setLevel('silent');
    logger.error('nobody reads this');
    expect(lines).toHaveLength(1);
  });
});

describe('an address in the log', () => {
  it.each([
    ['/room/0123?password=secret', '/room/0123?password=[redacted]'],
    ['/room/0123?password=se?cret=x&after=3', '/room/0123?password=[redacted]&after=3'],
    ['/?before=01&error=text', '/?before=01&error=text'],
    [
      '/socket.io/?EIO=4&transport=polling&t=abc&sid=secret',
      '/socket.io/?EIO=4&transport=polling&t=abc&sid=[redacted]',
    ],
    [
      '/x?Password=a&password[]=b&pass%77ord=c&=d',
      '/x?Password=[redacted]&password[]=[redacted]&pass%77ord=[redacted]&=[redacted]',
    ],
    ['/room/0123/chats?after=1&limit=100', '/room/0123/chats?after=1&limit=100'],
    ['/', '/'],
  ])('%s', (url, logged) => {
    expect(redactUrl(url)).toBe(logged);
  });
});

import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { logHostname } from '../../core/log/line-format.ts';
import { type Log, type LogOptions, openLog } from '../../core/log/open-log.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { syslogSocket } from './syslog-socket.ts';

function open(location: string, more: Partial<LogOptions> = {}): { log: Log; problems: string[] } {
  const problems: string[] = [];
  const log = openLog({
    location,
    level: 'NOTICE',
    ident: 'ctdb-eventd',
    interactive: false,
    hostname: 'node1.example.com',
    onProblem: (message) => {
      problems.push(message);
    },
    ...more,
  });
  onTestFinished(() => log.close());
  return { log, problems };
}

const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d`;
const id = `ctdb-eventd[${process.pid}]`;
const withoutTimes = (text: string): string => text.replaceAll(new RegExp(`^${time} `, 'gm'), '');

it('a file gets a line with time, host, program and pid for each line of a message, levels below left out', async () => {
  const path = join(temporaryDirectory(), 'log');
  const { log, problems } = open(`file:${path}`);
  log.write('ERROR', 'one\n\ntwo\n');
  log.write('INFO', 'not this');
  log.write('NOTICE', Buffer.from([0x62, 0xff, 0, 0x63]));
  await log.close();
  const text = readFileSync(path, 'latin1');
  expect(text).toMatch(new RegExp(`^(${time} .*\n){3}$`));
  const prefix = `node1.example.com ${id}: `;
  expect(withoutTimes(text)).toBe(`${prefix}one\n${prefix}two\n${prefix}b\xff c\n`);
  expect(problems).toEqual([]);
});

it('goes on in a new file when the old one was moved away and it is told to reopen', async () => {
  const path = join(temporaryDirectory(), 'log');
  const { log } = open(`file:${path}`);
  const written = (file: string): string =>
    withoutTimes(readFileSync(file, 'utf8')).replaceAll(/^.*: /gm, '');
  log.write('ERROR', 'one');
  await vi.waitFor(() => {
    expect(written(path)).toBe('one\n');
  });
  renameSync(path, `${path}.1`);
  log.reopen();
  log.write('ERROR', 'two');
  await log.close();
  expect({ old: written(`${path}.1`), fresh: written(path) }).toEqual({ old: 'one\n', fresh: 'two\n' });
});

it('a file that cannot be opened is reported once, and has everything when it can be', async () => {
  const directory = join(temporaryDirectory(), 'later');
  const { log, problems } = open(`file:${directory}/log`);
  log.write('ERROR', 'one');
  await vi.waitFor(() => {
    expect(problems).toHaveLength(1);
  });
  log.write('ERROR', 'two');
  mkdirSync(directory);
  await log.close();
  expect(readFileSync(`${directory}/log`, 'utf8').match(/one|two/g)).toEqual(['one', 'two']);
  expect(problems).toEqual([expect.stringContaining(`Cannot log to the file ${directory}/log: ENOENT`)]);
});

it('a full device is reported once and ends nothing', async () => {
  const { log, problems } = open('file:/dev/full');
  for (let index = 0; index < 100; index += 1) log.write('ERROR', `line ${index}`);
  await vi.waitFor(() => {
    expect(problems).toHaveLength(1);
  });
  await log.close();
  expect(problems).toEqual([expect.stringContaining('ENOSPC')]);
});

it('a FIFO without a reader hangs nothing, and one that reads gets what was kept', async () => {
  const path = join(temporaryDirectory(), 'fifo');
  execFileSync('mkfifo', [path]);
  const { log, problems } = open(`file:${path}`);
  log.write('ERROR', 'one');
  await vi.waitFor(() => {
    expect(problems).toEqual([expect.stringContaining('ENXIO')]);
  });
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  await log.close();
  const buffer = Buffer.alloc(1000);
  expect(buffer.toString('utf8', 0, readSync(reader, buffer))).toMatch(/: one\n$/);
});

const messageOf = (messages: readonly Buffer[]): string[] =>
  messages.map((message) =>
    message.toString('latin1').replace(/^(<\d+>)\w{3} [ \d]\d \d\d:\d\d:\d\d /, '$1'),
  );

it.each(['syslog', 'syslog:nonblocking'])(
  '%s reaches the local socket with facility, level, program and pid',
  async (location) => {
    const socket = join(temporaryDirectory(), 'socket');
    const { messages } = await syslogSocket(socket);
    const { log, problems } = open(location, { level: 'DEBUG', syslog: { socket } });
    log.write('ERROR', 'one\ntwo\n');
    log.write('WARNING', '<0>three');
    log.write('NOTICE', Buffer.from('bad \xff', 'latin1'));
    log.write('INFO', 'x'.repeat(9000));
    log.write('DEBUG', 'five');
    await log.close();
    await vi.waitFor(() => {
      expect(messages).toHaveLength(6);
    });
    expect(messageOf(messages)).toEqual([
      `<27>${id}: one`,
      `<27>${id}: two`,
      `<28>${id}: <0>three`,
      `<29>${id}: bad \xff`,
      `<29>${id}: ${'x'.repeat(8000)} [1000 bytes left out]`,
      `<31>${id}: five`,
    ]);
    expect(problems).toEqual([]);
  },
);

it('finds a syslog daemon again that was restarted', async () => {
  const socket = join(temporaryDirectory(), 'socket');
  const first = await syslogSocket(socket);
  const { log } = open('syslog', { syslog: { socket } });
  log.write('ERROR', 'one');
  await vi.waitFor(() => {
    expect(first.messages).toHaveLength(1);
  });
  await first.stop();
  unlinkSync(socket);
  const second = await syslogSocket(socket);
  await vi.waitFor(() => {
    log.write('ERROR', 'two');
    expect(second.messages.length).toBeGreaterThan(0);
  });
  expect(messageOf(second.messages)[0]).toBe(`<27>${id}: two`);
});

/** The logger that a log of this process started. */
const loggerPid = (socket: string): number =>
  Number(execFileSync('pgrep', ['-P', String(process.pid), '-f', `logger .*--socket=${socket}`]));

it('starts logger again when it was killed, and reports that', async () => {
  const socket = join(temporaryDirectory(), 'socket');
  const { messages } = await syslogSocket(socket);
  const { log, problems } = open('syslog', { syslog: { socket } });
  log.write('ERROR', 'one');
  await vi.waitFor(() => {
    expect(messages).toHaveLength(1);
  });
  process.kill(loggerPid(socket), 'SIGKILL');
  await vi.waitFor(() => {
    log.write('ERROR', 'two');
    expect(messages.length).toBeGreaterThan(1);
  });
  expect(messageOf(messages)[1]).toBe(`<27>${id}: two`);
  expect(problems.length).toBeLessThan(3);
});

it('a logger that is stopped makes lines wait, and those that find no room are counted', async () => {
  const socket = join(temporaryDirectory(), 'socket');
  const { messages } = await syslogSocket(socket);
  const { log } = open('syslog', { syslog: { socket } });
  log.write('ERROR', 'first');
  await vi.waitFor(() => {
    expect(messages).toHaveLength(1);
  });
  const pid = loggerPid(socket);
  process.kill(pid, 'SIGSTOP');
  for (let index = 0; index < 3000; index += 1) log.write('ERROR', 'x'.repeat(1000));
  process.kill(pid, 'SIGCONT');
  const told = /^<28>\S+: \[Dropped (\d+) log messages\]$/;
  await vi.waitFor(() => {
    expect(messageOf(messages).at(-1)).toMatch(told);
  });
  expect(Number(told.exec(messageOf(messages).at(-1) ?? '')?.[1]) + messages.length - 2).toBe(3000);
});

it('a missing logger is reported and ends nothing', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { log, problems } = open('syslog');
  log.write('ERROR', 'one');
  await vi.waitFor(() => {
    expect(problems).toEqual([expect.stringContaining('cannot run logger')]);
  });
});

/** A UDP port of 127.0.0.1 and what came there. */
async function datagrams(): Promise<{ port: number; received: string[] }> {
  const socket = createSocket('udp4');
  const received: string[] = [];
  socket.on('message', (message) => received.push(message.toString('latin1')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  return { port: socket.address().port, received };
}

it('syslog:udp sends one datagram a line, of 1023 bytes at most', async () => {
  const { port, received } = await datagrams();
  const { log } = open('syslog:udp', { syslog: { port } });
  log.write('WARNING', `one\n${'x'.repeat(2000)}`);
  await vi.waitFor(() => {
    expect(received).toHaveLength(2);
  });
  expect(received[0]).toBe(`<28>${id}: one`);
  expect(received[1]).toMatch(/^<28>.*x$/);
  expect(received[1]).toHaveLength(1023);
});

it('syslog:udp-rfc5424 sends time, short host name, program and pid in the fields of RFC 5424', async () => {
  const { port, received } = await datagrams();
  const { log } = open('syslog:udp-rfc5424', { syslog: { port } });
  log.write('ERROR', 'one');
  await vi.waitFor(() => {
    expect(received).toHaveLength(1);
  });
  expect(received[0]).toMatch(new RegExp(`^<27>1 ${time} node1 ctdb-eventd ${process.pid} - - one$`));
});

/** What a process that logs so has on stderr. */
async function stderrOf(options: Record<string, unknown>, calls: string): Promise<string> {
  const program =
    `import { openLog } from ${JSON.stringify(join(packageRoot, 'core/log/open-log.ts'))};` +
    `const log = openLog({ level: 'DEBUG', ident: 'x', interactive: false, ...${JSON.stringify(options)},` +
    `onProblem: (message) => { console.log(message); } }); ${calls}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  await once(child, 'close');
  return printed;
}

it('stderr gets the bare lines', async () => {
  expect(await stderrOf({ location: 'file:' }, `log.write('DEBUG', 'one\\ntwo'); await log.close();`)).toBe(
    'one\ntwo\n',
  );
});

it('interactive means stderr, at NOTICE, whatever is configured', async () => {
  const path = join(temporaryDirectory(), 'log');
  const calls = `log.write('INFO', 'one'); log.write('NOTICE', 'two'); await log.close();`;
  expect(await stderrOf({ location: `file:${path}`, interactive: true }, calls)).toBe('two\n');
  expect(existsSync(path)).toBe(false);
});

it('an unknown location is reported, and stderr serves instead', async () => {
  const printed = await stderrOf({ location: 'journal' }, `log.write('ERROR', 'one'); await log.close();`);
  expect(printed).toContain('Cannot log to "journal": logging to stderr, expected file:PATH');
  expect(printed).toContain('one\n');
});

it('a log that is not closed does not keep its process running', async () => {
  expect(await stderrOf({ location: 'syslog' }, `log.write('ERROR', 'one');`)).toBe('');
});

it('in test mode the host is called as CTDB_BASE is', () => {
  expect(logHostname({ CTDB_TEST_MODE: '1', CTDB_BASE: '/tmp/node.0' }, 'host')).toBe('node.0');
  expect(logHostname({ CTDB_BASE: '/etc/ctdb' }, 'host')).toBe('host');
});

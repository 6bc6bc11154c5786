import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { logHostname } from '../../core/log/line-format.ts';
import { openLog } from '../../core/log/open-log.ts';
import { scriptOutputLines } from '../../core/log/script-output-lines.ts';
import { startStockEventd } from '../support/stock-eventd.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { stockEvent, syslogOf } from '../support/syslog-namespace.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

/*
 * Our log and that of Debian's ctdb-eventd: the same messages and the same output of a script, to the same places. Pids
 * and times differ, and are replaced by P and T after a look at their form.
 */

/** As printf(1) takes it, and the bytes that come out. */
const output = {
  written: String.raw`one\n\n  \n two \r\nbad \377\tx\nlast`,
  bytes: 'one\n\n  \n two \r\nbad \xff\tx\nlast',
};
const scripts = { '10.one.script': script(`printf '${output.written}'; exit 1`) };

/** What stock logs of itself; its words, at these levels. */
const messages = [
  ['DEBUG', 'Script 10.one finished sig=0, err=0, status=1'],
  ['NOTICE', 'monitor event failed'],
] as const;

const conf = (location: string): string => `[logging]\nlocation = ${location}\nlog level = DEBUG\n`;

/** Logs with our log what stock logs of such an event. */
async function logOurs(location: string, hostname?: string): Promise<void> {
  const log = openLog({
    location,
    level: 'DEBUG',
    ident: 'ctdb-eventd',
    interactive: false,
    ...(hostname === undefined ? {} : { hostname }),
    onProblem: (message) => {
      throw new Error(message);
    },
  });
  for (const line of scriptOutputLines('10.one', Buffer.from(output.bytes, 'latin1')))
    log.write('ERROR', line);
  for (const [level, message] of messages) log.write(level, message);
  await log.close();
}

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d/g;
const alike = (text: string): string => text.replaceAll(time, 'T').replaceAll(/(ctdb-eventd[[ ])\d+/g, '$1P');

/** The lines of script output and those of `messages`, in order. */
function ofTheEvent(lines: readonly string[]): string[] {
  const wanted = ['10.one: ', ...messages.map(([, message]) => message)];
  return lines
    .map(alike)
    .filter((line) => wanted.some((text) => line.includes(text)) && !line.includes('Running '));
}

test('a file gets from us, byte for byte, what it gets from stock', async () => {
  const stock = await startStockEventd(conf('file:@BASE@/log'), scripts);
  await stock.run('monitor');
  await stock.stop();
  const path = join(temporaryDirectory(), 'log');
  await logOurs(`file:${path}`, logHostname({ CTDB_TEST_MODE: '1', CTDB_BASE: stock.base }, ''));
  const linesOf = (file: string) => ofTheEvent(readFileSync(file, 'latin1').split('\n'));
  const theirs = linesOf(join(stock.base, 'log'));
  expect(theirs).toHaveLength(7);
  expect(theirs[0]).toBe(`T ${basename(stock.base)} ctdb-eventd[P]: 10.one: one`);
  expect(linesOf(path)).toEqual(theirs);
});

/** What comes to the port of syslog while `log` runs, and until it has its last message. */
async function datagramsOf(log: () => Promise<void>): Promise<string[]> {
  const socket = createSocket('udp4');
  const received: string[] = [];
  socket.on('message', (message) => received.push(message.toString('latin1')));
  socket.bind(514, '127.0.0.1');
  await once(socket, 'listening');
  await log();
  await vi.waitFor(() => {
    expect(received.some((line) => line.endsWith('monitor event failed'))).toBe(true);
  });
  socket.close();
  await once(socket, 'close');
  return ofTheEvent(received);
}

test.each(['syslog:udp', 'syslog:udp-rfc5424'])('%s: our datagrams are those of stock', async (location) => {
  const theirs = await datagramsOf(async () => {
    const stock = await startStockEventd(conf(location), scripts);
    await stock.run('monitor');
    await stock.stop();
  });
  const ours = await datagramsOf(() => logOurs(location));
  expect(theirs).toHaveLength(7);
  expect(ours).toEqual(theirs);
});

const withoutTime = (message: string): string =>
  message.replace(/^(<\d+>)\w{3} [ \d]\d \d\d:\d\d:\d\d /, '$1T ');

test('syslog: /dev/log gets from us, byte for byte, what it gets from stock', async () => {
  const base = temporaryDirectory({ 'ctdb.conf': conf('syslog') });
  plant(join(base, 'events/legacy'), scripts);
  mkdirSync(join(base, 'run'));
  const last = messages[1][1];
  const theirs = ofTheEvent((await syslogOf(stockEvent(base), last)).map(withoutTime));
  const program = `'${process.execPath}' '${join(packageRoot, 'test/root/log-like-stock.ts')}'`;
  const lines = scriptOutputLines('10.one', Buffer.from(output.bytes, 'latin1'));
  const calls = [...lines.map((line) => ['ERROR', line.toString('hex')]), ...messages.map(inHex)];
  const ours = await syslogOf(`${program} syslog ${calls.flat().join(' ')}`, last);
  expect(theirs).toHaveLength(7);
  expect(theirs[0]).toBe('<27>T ctdb-eventd[P]: 10.one: one');
  expect(ofTheEvent(ours.map(withoutTime))).toEqual(theirs);
});

const inHex = ([level, message]: readonly [string, string]): string[] => [
  level,
  Buffer.from(message).toString('hex'),
];

test.each([
  ['file:', {}, 'DEBUG'],
  ['file:@BASE@/log', { CTDB_INTERACTIVE: '' }, 'NOTICE'],
] as const)(
  'stock with location %s and %j has bare lines on stderr, at %s',
  async (location, environment, level) => {
    const stock = await startStockEventd(conf(location), scripts, environment);
    await stock.run('monitor');
    const lines = ofTheEvent((await stock.stop()).split('\n'));
    const script = ['10.one: one', '10.one:   ', '10.one:  two \r', '10.one: bad \xff\tx', '10.one: last'];
    const logged = messages
      .filter(([at]) => level === 'DEBUG' || at === 'NOTICE')
      .map(([, message]) => message);
    expect(lines).toEqual([...script, ...logged]);
    expect(existsSync(join(stock.base, 'log'))).toBe(false);
  },
);

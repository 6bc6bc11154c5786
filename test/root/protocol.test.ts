import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { encode } from '../../core/codec/codec.ts';
import { type EventClient } from '../../core/eventd-protocol/client.ts';
import { reply, type Reply, type Request } from '../../core/eventd-protocol/messages.ts';
import { packet } from '../../core/eventd-protocol/packet.ts';
import { listen } from '../../core/eventd-protocol/server.ts';
import type { EventStatus, ScriptStatus } from '../../core/eventd-protocol/status.ts';
import { client, patienceMs } from '../eventd-protocol/listening.ts';
import { requests } from '../eventd-protocol/vectors.ts';
import { ctdb } from '../support/installed-ctdb.ts';
import { plant, type Planted, script, temporaryDirectory } from '../support/temporary-directory.ts';

/*
 * Our client with the ctdb-eventd of Debian's ctdb, and its ctdb-event with our server, both in CTDB's test mode, where
 * all files are below CTDB_BASE.
 */

const { helperDir: programs } = ctdb;

/** A CTDB_BASE with these files in the event directory. */
function ctdbBase(scripts: Readonly<Record<string, Planted>> = {}): {
  base: string;
  socket: string;
  environment: NodeJS.ProcessEnv;
} {
  const base = temporaryDirectory();
  plant(base, { 'ctdb.conf': '' });
  for (const name of ['run', 'events/legacy']) mkdirSync(join(base, name), { recursive: true });
  plant(join(base, 'events/legacy'), scripts);
  const environment = { PATH: process.env['PATH'], TZ: 'UTC', CTDB_TEST_MODE: '1', CTDB_BASE: base };
  return { base, socket: join(base, 'run/eventd.socket'), environment };
}

/** A client of ours at a running ctdb-eventd. */
async function stockDaemon(
  scripts: Readonly<Record<string, Planted>>,
): Promise<{ base: string; stock: EventClient }> {
  const { base, socket, environment } = ctdbBase(scripts);
  const daemon = spawn(join(programs, 'ctdb-eventd'), { env: environment, stdio: 'inherit' });
  onTestFinished(async () => {
    daemon.kill();
    if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit');
  });
  return { base, stock: await vi.waitFor(() => client(socket), { timeout: patienceMs }) };
}

/** What `ctdb-event` prints and how it exits. */
function ctdbEvent(
  environment: NodeJS.ProcessEnv,
  args: string,
): Promise<{ status: number; printed: string }> {
  return new Promise((resolve) => {
    const options = { env: environment, timeout: patienceMs };
    const child = execFile(
      join(programs, 'ctdb-event'),
      args.split(' '),
      options,
      (_error, stdout, stderr) => {
        resolve({ status: child.exitCode ?? -1, printed: stdout + stderr });
      },
    );
  });
}

const run = { component: 'legacy', args: null, timeoutS: 10, flags: 0 };

test('our client and the stock daemon: RUN that succeeds, and its STATUS', async () => {
  const { stock } = await stockDaemon({
    '10.one.script': script('echo "$1 $3"'),
    '20.off.script': { text: 'exit 1\n' },
  });
  await expect(stock.run({ ...run, event: 'takeip', args: 'eth0 10.0.0.1 24' }, patienceMs)).resolves.toBe(0);
  const { result, status } = await stock.status({ component: 'legacy', event: 'takeip' }, patienceMs);
  expect({ result, summary: status?.summary }).toEqual({ result: 0, summary: 0 });
  expect(status?.scripts).toMatchObject([
    { name: '10.one', result: 0, output: Buffer.from('takeip 10.0.0.1\n') },
    { name: '20.off', result: -8, output: Buffer.alloc(0) },
  ]);
  const begun = status?.scripts[0]?.begin.seconds ?? 0;
  expect(Math.abs(Date.now() / 1000 - begun)).toBeLessThan(60);
});

test('our client and the stock daemon: RUN that fails, RUN_ALL, and RUN of no component', async () => {
  const { stock } = await stockDaemon({
    '10.one.script': script("printf 'bad \\377'; exit 3"),
    '20.two.script': script('kill $$'),
  });
  const statusOf = async (event: string) =>
    (await stock.status({ component: 'legacy', event }, patienceMs)).status;
  await expect(stock.run({ ...run, event: 'startup' }, patienceMs)).resolves.toBe(8);
  expect(await statusOf('startup')).toMatchObject({
    summary: 3,
    scripts: [{ name: '10.one', result: 3, output: Buffer.from('bad \xff', 'latin1') }],
  });
  await expect(stock.run({ ...run, event: 'recovered', flags: 1 }, patienceMs)).resolves.toBe(8);
  expect(await statusOf('recovered')).toMatchObject({
    summary: -4,
    scripts: [{ result: 3 }, { result: -4 }],
  });
  await expect(stock.run({ ...run, component: 'none', event: 'startup' }, patienceMs)).resolves.toBe(2);
});

test('our client and the stock daemon: a monitor is cancelled by the next event on the same connection', async () => {
  const { stock } = await stockDaemon({
    '10.one.script': script('[ "$1" = monitor ] && exec sleep 60; exit 0'),
  });
  const ends: string[] = [];
  const ended = async (event: string) => {
    const result = await stock.run({ ...run, timeoutS: 30, event }, patienceMs);
    ends.push(`${event} ${result}`);
  };
  await Promise.all([ended('monitor'), ended('ipreallocated')]);
  expect(ends).toEqual(['monitor 125', 'ipreallocated 0']);
});

test('our client and the stock daemon: RUN that times out', async () => {
  const { stock } = await stockDaemon({ '10.one.script': script('echo so far; exec sleep 3') });
  await expect(stock.run({ ...run, event: 'startup', timeoutS: 1 }, patienceMs)).resolves.toBe(110);
  const { status } = await stock.status({ component: 'legacy', event: 'startup' }, patienceMs);
  expect(status).toMatchObject({ summary: -110, scripts: [{ result: -110 }] });
});

test('our client and the stock daemon: STATUS of what never ran', async () => {
  const { stock } = await stockDaemon({});
  const statusOf = (component: string, event: string) => stock.status({ component, event }, patienceMs);
  await expect(statusOf('legacy', 'never')).resolves.toEqual({ result: 22, status: null });
  await expect(statusOf('none', 'startup')).resolves.toEqual({ result: 2, status: null });
});

test('our client and the stock daemon: SCRIPT sets and clears the execute bits', async () => {
  const { base, stock } = await stockDaemon({
    '10.one.script': script('exit 0'),
    '10.link.script': { target: '10.one.script' },
  });
  const path = join(base, 'events/legacy/10.one.script');
  const change = (name: string, action: 'enable' | 'disable') =>
    stock.script({ component: 'legacy', script: name, action }, patienceMs);
  await expect(change('10.one', 'disable')).resolves.toBe(0);
  expect(statSync(path).mode & 0o111).toBe(0);
  await expect(change('10.one', 'enable')).resolves.toBe(0);
  expect(statSync(path).mode & 0o100).toBe(0o100);
  await expect(change('20.two', 'enable')).resolves.toBe(2);
  await expect(change('10.link', 'enable')).resolves.toBe(22);
});

/** Runs our server, which answers all requests so, for ctdb-event. */
async function ourServer(answer: (request: Request) => Reply): Promise<{
  environment: NodeJS.ProcessEnv;
  seen: Request[];
}> {
  const { socket, environment } = ctdbBase();
  const seen: Request[] = [];
  const server = await listen({
    path: socket,
    handle: (request) => {
      seen.push(request);
      return Promise.resolve(answer(request));
    },
    report: (message) => {
      throw new Error(message);
    },
  });
  onTestFinished(() => server.close());
  return { environment, seen };
}

test.each([
  [0, ''],
  [2, 'Event dir for legacy does not exist\n'],
  [8, 'Event takeip in legacy failed\n'],
  [110, 'Event takeip in legacy timed out\n'],
  [125, 'Event takeip in legacy got cancelled\n'],
  [5, 'Failed to run event takeip in legacy, result=5\n'],
])('ctdb-event run and our server: result %d prints %j', async (result, printed) => {
  const { environment, seen } = await ourServer(() => ({ command: 'RUN', result }));
  const args = 'run 5 legacy takeip eth0 10.0.0.1 24';
  await expect(ctdbEvent(environment, args)).resolves.toEqual({ status: result, printed });
  expect(seen).toEqual([
    {
      command: 'RUN',
      component: 'legacy',
      event: 'takeip',
      args: 'eth0 10.0.0.1 24',
      timeoutS: 5,
      flags: 0,
    },
  ]);
});

const ran = (name: string, result: number, output = ''): ScriptStatus => ({
  name,
  begin: { seconds: 1_700_000_000, microseconds: 250_000 },
  end: { seconds: 1_700_000_001, microseconds: 500_000 },
  result,
  output: Buffer.from(output),
});
const answered = (status: EventStatus): Reply => ({ command: 'STATUS', result: 0, status });

test('ctdb-event status and our server: every kind of script is shown as stock shows it', async () => {
  const scripts = [
    ran('00.ctdb', 0, 'not shown'),
    ran('10.interface', -8),
    ran('20.m\udcff', 1, 'ERROR: \0no\n'),
    ran('50.samba', -110, 'so far'),
    ran('60.nfs', -4),
  ];
  const { environment, seen } = await ourServer(() => answered({ summary: 1, scripts }));
  const { status, printed } = await ctdbEvent(environment, 'status legacy monitor');
  expect(status).toBe(1);
  expect(printed.split('\n')).toEqual([
    '00.ctdb              OK         1.250 Tue Nov 14 22:13:20 2023',
    '10.interface         DISABLED  ',
    expect.stringMatching(/^20\.m\S+ +ERROR {6}1\.250 Tue Nov 14 22:13:20 2023$/),
    '  OUTPUT: ERROR:  no',
    '',
    '50.samba             TIMEDOUT   Tue Nov 14 22:13:20 2023',
    '  OUTPUT: so far',
    '60.nfs               CANNOT RUN (Interrupted system call)',
    '  OUTPUT: ',
    '',
  ]);
  expect(seen).toEqual([{ command: 'STATUS', component: 'legacy', event: 'monitor' }]);
});

test.each([
  [22, 'Event monitor has never run in legacy\n'],
  [2, 'Event dir for legacy does not exist\n'],
])('ctdb-event status and our server: result %d prints %j', async (result, printed) => {
  const { environment } = await ourServer(() => ({ command: 'STATUS', result, status: null }));
  await expect(ctdbEvent(environment, 'status legacy monitor')).resolves.toEqual({ status: result, printed });
});

test('ctdb-event status and our server: an output of 10 MB arrives', async () => {
  const output = 'x'.repeat(10_000_000);
  const { environment } = await ourServer(() =>
    answered({ summary: 1, scripts: [ran('10.one', 1, output)] }),
  );
  const counted = spawn('sh', ['-c', `${programs}/ctdb-event status legacy monitor | wc -c`], {
    env: environment,
  });
  const [chunk] = (await once(counted.stdout, 'data')) as [Buffer];
  expect(Number(String(chunk))).toBeGreaterThan(10_000_000);
});

test('ctdb-event writes the bytes that the unit tests have of it', async () => {
  const { socket, environment } = ctdbBase();
  const written: string[] = [];
  const server = createServer((connection) => {
    connection.once('data', (chunk) => {
      written.push(chunk.toString('hex'));
      connection.end(
        encode(packet(reply), { version: 0, reqid: 0x7fffff38, body: { command: 'RUN', result: 8 } }),
      );
    });
  });
  onTestFinished(() => {
    server.close();
  });
  await once(server.listen(socket), 'listening');
  const vectors = requests.filter(({ what }) => what.startsWith('ctdb-event '));
  for (const { what } of vectors) await ctdbEvent(environment, what.slice('ctdb-event '.length));
  expect(vectors.length).toBeGreaterThan(1);
  expect(written).toEqual(vectors.map(({ bytes }) => bytes.toString('hex')));
});

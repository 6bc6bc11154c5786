import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, patienceMs, type RunningEventd } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';
import { isRunning } from '../support/is-running.ts';
import { plant, script } from '../support/temporary-directory.ts';
import { neighbour, publicAddresses } from './neighbour.ts';

/*
 * A catalogue of plugins that misbehave, each on a node with a plugin and a script that do not, while other programs want
 * the processor. Each must cost its own event and nothing else.
 */

/** Programs that want the processor meanwhile. */
const busyPrograms = 1;

/** Between one answer and the next question, in milliseconds: a client that is always at work would be a load itself. */
const statusPauseMs = 5;

const fixtures = join(packageRoot, 'test/fixtures/plugins/misbehaving');

const { ok, failed, timedOut } = results;

/** What becomes of the event at which a plugin misbehaves, and what the status (and the log) say of it. */
// On a machine that is very slow just now a look at what a plugin is doing comes too late, which its status says.
const atStartup: readonly (readonly [name: string, result: number, says: RegExp])[] = [
  [
    '10.endless-loop',
    timedOut,
    /still busy with startup when its time was up\n.*(?:at startup \(.*10\.endless-loop\.ts|no more could be found out)/s,
  ],
  ['11.never-settling', timedOut, /still busy with startup when its time was up/],
  ['12.throw', failed, /a mistake of the author.*12\.throw\.ts:/s],
  ['13.throw-later', failed, /a mistake of the author.*13\.throw-later\.ts:/s],
  ['14.unawaited-rejection', failed, /nobody awaits this/],
  ['15.throw-in-timer', ok, /^$/],
  ['16.exit', failed, /process\.exit would end the plugin host, which all plugins share.*16\.exit\.ts:/],
  ['17.exit-in-timer', ok, /^$/],
  ['18.kill-itself', failed, /18\.kill-itself: the plugin host ended: it was ended by SIGTERM/],
  ['19.stop-itself', timedOut, /still busy with startup when its time was up/],
  ['20.out-of-memory', failed, /20\.out-of-memory: the plugin host ended: .*heap out of memory/],
  ['21.out-of-memory-outside-the-heap', failed, /ended: it used \d+ MiB of memory, expected 1024 at most/],
  [
    '22.output-without-end',
    timedOut,
    /a line that comes again.*\nERROR: 22\.output-without-end was still busy with startup when its time was up\n/s,
  ],
  [
    '23.streams-without-end',
    timedOut,
    /out\n.*ERROR: 23\.streams-without-end was still busy with startup when its time was up\n/s,
  ],
  [
    '24.blocked-call',
    timedOut,
    /still busy with startup when its time was up\n.*(?:sleep 300|no more could be found out)/s,
  ],
  ['25.ignored-signal', timedOut, /still busy with startup when its time was up\n.*was told to stop/s],
  ['26.deleted-globals', failed, /26\.deleted-globals: the plugin host ended: .*ReferenceError: /],
  ['27.frozen-intrinsics', failed, /changed \S+ \(frozen\), which all plugins share/],
  ['28.native-crash', failed, /28\.native-crash: the plugin host ended: it was ended by SIGSEGV/],
  ['29.abort', failed, /process\.abort would end the plugin host/],
  ['30.left-timers', ok, /^$/],
  ['31.left-loop', ok, /^$/],
  [
    '32.left-children',
    ok,
    /^WARNING: 32\.left-children did not await all .*\n {2}act sleep 303 \(.*:11\)\n$/,
  ],
  ['33.broken-state', failed, /33\.broken-state: state.*the state of before is kept/],
  ['34.changed-environment', ok, /^$/],
  ['35.changed-directory', failed, /changed the working directory, which all plugins share/],
  ['36.replaced-intrinsic', failed, /changed Array\.prototype\.map, which all plugins share/],
  ['37.removed-listeners', failed, /changed the listeners of process, which all plugins share/],
  ['38.closed-descriptors', failed, /38\.closed-descriptors: the plugin host ended: /],
  [
    '39.garbage',
    failed,
    /39\.garbage: the plugin host ended: it said what is no message: Cannot decode length/,
  ],
  ['40.closed-link', failed, /40\.closed-link: the plugin host ended: /],
  ['41.flooded-link', failed, /ended: it said more than 200 messages for the log at one event/],
  ['42.flooded-files', failed, /ended: it said that it read more than 10000 files/],
  ['43.command-before-crash', failed, /43\.command-before-crash: the plugin host ended: .*SIGKILL/],
  ['44.signal-itself', failed, /process\.kill would end the plugin host/],
];

/** What becomes of events with a plugin that misbehaves when it is loaded, at each of them until it is mended. */
const atLoad: readonly (readonly [name: string, says: RegExp])[] = [
  ['60.loop-at-load', /60\.loop-at-load\.ts: not loaded: .*within 5500 ms/],
  ['61.throw-at-load', /61\.throw-at-load\.ts.*a mistake of the author/],
  ['62.exit-at-load', /62\.exit-at-load\.ts.*process\.exit would end the plugin host/],
  ['63.abort-at-load', /63\.abort-at-load\.ts.*process\.abort would end the plugin host/],
  ['64.never-loaded', /64\.never-loaded\.ts.* 5000 ms/],
  ['67.memory-at-load', /67\.memory-at-load\.ts: not loaded: the plugin host ended: /],
  [
    '68.garbage-at-load',
    /68\.garbage-at-load\.ts: not loaded: the plugin host ended: it said what is no message/,
  ],
];

const text = (name: string): string => readFileSync(join(fixtures, `${name}.ts`), 'utf8');

test('every fixture is in the catalogue', () => {
  const names = [...atStartup, ...atLoad].map(([name]) => `${name}.ts`);
  const others = ['65.intrinsic-at-load.ts', '66.rejection-at-load.ts'];
  expect(readdirSync(fixtures).sort()).toEqual([...names, ...others].sort());
});

const busy = new Set<ReturnType<typeof spawn>>();
let isOver = false;

/** One after another, each for a minute: a killed vitest ends none. */
function keepBusy(): void {
  const program = spawn('timeout', ['60', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' });
  busy.add(program);
  program.once('exit', () => {
    busy.delete(program);
    if (!isOver) keepBusy();
  });
}

beforeAll(() => {
  for (let count = 0; count < busyPrograms; count += 1) keepBusy();
});
afterAll(async () => {
  isOver = true;
  // By SIGTERM: SIGKILL would end timeout(1) alone.
  for (const program of busy) program.kill('SIGTERM');
  await Promise.all([...busy].map((program) => once(program, 'exit')));
});

/** What the log says of those that misbehave when their event is over. */
const laterInLog: Readonly<Record<string, RegExp>> = {
  '15.throw-in-timer': /15\.throw-in-timer, after it had ended: .*thrown in a timer/,
  '17.exit-in-timer': /17\.exit-in-timer, after it had ended: .*process\.exit would end/,
};

describe.each(atStartup)('%s', (name, result, says) => {
  test('costs its own event and nothing else', async () => {
    const daemon = await wellNode({ [`${name}.ts`]: { text: text(name), mode: 0o755 } });
    expect(await daemon.run('startup', { timeoutS: result === timedOut ? 1 : 60 })).toBe(result);
    await expectUnharmed(daemon, 2);
    await expect
      .poll(async () => shortened((await daemon.entries('startup'))[name]?.[1] ?? ''))
      .toMatch(says);
    await expect.poll(() => daemon.node.log()).toMatch(laterInLog[name] ?? /^/);
    await expectUnharmed(daemon, 3);
    await expectClean(daemon);
  });
});

describe.each(atLoad)('%s', (name, says) => {
  test('fails every event with the reason until it is gone, and harms nothing', async () => {
    const daemon = await wellNode();
    daemon.node.plugin(name, text(name));
    expect(await daemon.run('monitor')).toBe(failed);
    expect((await daemon.entries('monitor'))[name]).toEqual([1, expect.stringMatching(says)]);
    expect(await daemon.run('monitor')).toBe(failed);
    expect((await daemon.entries('monitor'))['05.neighbour']).toEqual([
      0,
      expect.stringMatching(/^count 3 3 /),
    ]);
    await remove(daemon, name);
    await expectUnharmed(daemon, 4);
    await expectClean(daemon);
  });
});

/**
 * How much longer than a program that does nothing else, under the same load, the daemon takes to answer STATUS, and how long
 * the event after the misbehaviour takes, in milliseconds. A daemon that waits for a plugin takes for ever; how soon it
 * answers on a quiet machine is measured by `npm run bench`.
 */
const boundsMs = { status: 2_000, nextEvent: 15_000 } as const;

test.each([
  '10.endless-loop',
  '20.out-of-memory',
  '22.output-without-end',
  '24.blocked-call',
  '41.flooded-link',
  '42.flooded-files',
])('%s makes nobody wait', async (name) => {
  const daemon = await wellNode({ [`${name}.ts`]: { text: text(name), mode: 0o755 } });
  const status = await watchStatus(daemon);
  await daemon.run('startup', { timeoutS: 1 });
  const ended = performance.now();
  await daemon.run('monitor');
  expect(performance.now() - ended).toBeLessThanOrEqual(boundsMs.nextEvent);
  const { answers, slowerByMs } = await status.stop();
  expect(answers).toBeGreaterThan(1);
  expect(slowerByMs).toBeLessThanOrEqual(boundsMs.status);
});

test('a plugin out of time is told to stop by its signal, may unwind, and its host goes on', async () => {
  const node = new EventdNode();
  node.plugin(
    '60.p',
    pluginText(`async startup(_event, { signal, log }) {
      await new Promise((done) => signal.addEventListener('abort', done));
      log('unwound in ' + process.pid);
    },
    setup(_event, { log }) { log('unwound in ' + process.pid); }`),
  );
  const daemon = await node.start();
  expect(await daemon.run('init')).toBe(ok);
  expect(await daemon.run('startup', { timeoutS: 1 })).toBe(timedOut);
  expect(await daemon.run('setup')).toBe(ok);
  const [, output] = (await daemon.entries('setup'))['60.p'] ?? [0, 'nothing'];
  await expect.poll(() => daemon.output('startup')).toContain(output);
});

test('a plugin that replaces an intrinsic while it is loaded is found out, and the other plugins go on', async () => {
  const daemon = await wellNode();
  daemon.node.plugin('65.intrinsic-at-load', text('65.intrinsic-at-load'));
  expect(await daemon.run('monitor')).toBe(failed);
  expect(JSON.stringify(await daemon.entries('monitor'))).toContain('changed Array.prototype.map');
  await remove(daemon, '65.intrinsic-at-load');
  await expectUnharmed(daemon, undefined);
});

test('a rejection that nobody awaits while a plugin is loaded is told of', async () => {
  const daemon = await wellNode();
  daemon.node.plugin('66.rejection-at-load', text('66.rejection-at-load'));
  await daemon.run('monitor');
  await expect.poll(() => daemon.node.log()).toContain('nobody awaits this');
});

/** The begin and the end of what may be a megabyte. */
const shortened = (output: string): string =>
  output.length <= 6_000 ? output : `${output.slice(0, 100)} ... ${output.slice(-5_000)}`;

/** A node with a plugin and a script that do no harm, which have run. */
async function wellNode(files: Parameters<typeof plant>[1] = {}): Promise<RunningEventd> {
  const node = new EventdNode({
    '05.neighbour.ts': { text: neighbour, mode: 0o755 },
    '99.after.script': script('echo "after $1"'),
    ...files,
  });
  plant(node.base, { public_addresses: publicAddresses, 'script.options': 'NEIGHBOUR=set\n' });
  const daemon = await node.start({ environment: { TEST_PACKAGE: join(packageRoot, 'package.json') } });
  expect(await daemon.run('monitor')).toBe(ok);
  expect((await daemon.entries('monitor'))['05.neighbour']).toEqual([0, `count 1 1 set ${node.base}\n`]);
  expect(await daemon.run('ipreallocated')).toBe(ok);
  expect((await daemon.entries('ipreallocated'))['05.neighbour']).toEqual([0, 'taken 127.0.0.1\n']);
  return daemon;
}

/** The next event comes in time, and nobody has lost anything. */
async function expectUnharmed(daemon: RunningEventd, count: number | undefined): Promise<void> {
  const { base } = daemon.node;
  const result = await daemon.run('monitor');
  const entries = await daemon.entries('monitor');
  const counted: unknown = count === undefined ? expect.any(String) : `count ${count} ${count} set ${base}\n`;
  expect({ result, entries }).toMatchObject({
    result: ok,
    entries: { '05.neighbour': [0, counted], '99.after': [0, 'after monitor\n'] },
  });
  expect(await daemon.run('ipreallocated')).toBe(ok);
  expect((await daemon.entries('ipreallocated'))['05.neighbour']).toEqual([0, 'nothing new\n']);
}

/** The daemon is the same, does not complain of itself, and ends with all that plugins started. */
async function expectClean(daemon: RunningEventd): Promise<void> {
  expect(daemon.process.child.exitCode ?? daemon.process.child.signalCode).toBeNull();
  expect(readFileSync(daemon.node.pidFile, 'utf8')).toBe(`${daemon.pid}\n`);
  expect((await daemon.log()) + daemon.process.said).not.toContain('a mistake of the event daemon');
  await expect.poll(() => daemon.process.hosts().length).toBeLessThanOrEqual(2);
  const command = Number(daemon.node.read('pid'));
  if (command > 0) await expect.poll(() => isRunning(command)).toBe(false);
  expect(await daemon.end()).toBe(0);
}

async function remove(daemon: RunningEventd, name: string): Promise<void> {
  const { rm } = await import('node:fs/promises');
  await rm(join(daemon.node.events, `${name}.ts`));
}

/** How a daemon answered all the while. */
interface Answered {
  readonly answers: number;
  /** By how much its slowest answer was slower than that of a program that only answers. */
  readonly slowerByMs: number;
}

/** Asks for a status again and again. */
async function watchStatus({ node }: RunningEventd): Promise<{ stop(): Promise<Answered> }> {
  const client = await node.connect();
  const ask = () => client.status({ component: 'legacy', event: 'monitor' }, patienceMs);
  const stopped = new AbortController();
  onTestFinished(() => {
    stopped.abort();
  });
  const watching = Promise.all([timesMs(ask, stopped.signal), timesMs(await echo(), stopped.signal)]);
  // After a test that failed before nobody waits for the last answer, which may not come any more.
  watching.catch(() => undefined);
  return {
    async stop() {
      stopped.abort();
      const [daemon, other] = await watching;
      return { answers: daemon.length, slowerByMs: Math.max(...daemon) - Math.max(...other) };
    },
  };
}

async function timesMs(ask: () => Promise<unknown>, signal: AbortSignal): Promise<readonly number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    const asked = performance.now();
    await ask();
    times.push(performance.now() - asked);
    await delay(statusPauseMs);
  }
  return times;
}

/** Asks a program that says what it hears. */
async function echo(): Promise<() => Promise<unknown>> {
  const program = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  await once(program, 'spawn');
  return async () => {
    const answer = once(program.stdout, 'data');
    program.stdin.write('?');
    await answer;
  };
}

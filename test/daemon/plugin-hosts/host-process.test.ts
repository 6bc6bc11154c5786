import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildId } from '../../../core/package/build-id.ts';
import { encode } from '../../../core/codec/codec.ts';
import { HostEnded } from '../../../core/daemon/plugin-hosts/host-ended.ts';
import { HostProcess } from '../../../core/daemon/plugin-hosts/host-process.ts';
import { fromHost, type FromHost } from '../../../core/plugin-host/messages.ts';
import { packet } from '../../../core/eventd-protocol/packet.ts';
import { isRunning } from '../../support/is-running.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { aFromHost } from '../../plugin-host/arbitraries.ts';

const bytesOf = (body: FromHost): Buffer => encode(packet(fromHost), { version: 0, reqid: 0, body });
const ready = bytesOf({ kind: 'ready', build: buildId, network: 'netlink' });

/** A program in place of a host, which says these bytes to the daemon and then goes on as it is told. */
function standIn(bytes: Uint8Array, then: string): { host: HostProcess; reports: string[] } {
  const program = join(
    temporaryDirectory({
      'host.mjs': `import { writeSync, closeSync } from 'node:fs';
const bytes = Buffer.from('${Buffer.from(bytes).toString('base64')}', 'base64');
for (let at = 0; at < bytes.length; ) {
  try { at += writeSync(3, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') process.exit(9); }
}
${then}`,
    }),
    'host.mjs',
  );
  const reports: string[] = [];
  const host = new HostProcess({
    component: 'legacy',
    program,
    environment: process.env,
    runDirectory: temporaryDirectory(),
    report: (message) => reports.push(message),
  });
  onTestFinished(async () => {
    host.kill();
    await host.ended;
  });
  return { host, reports };
}

/** Expects that loading a plugin ends it, and that nothing can be loaded afterwards. */
async function expectKilled(host: HostProcess, timeoutMs: number, why: string): Promise<void> {
  await expect(host.load('60.p', '/60.p.ts', timeoutMs)).rejects.toThrow(why);
  await expect(host.load('60.p', '/60.p.ts', timeoutMs)).rejects.toThrow(HostEnded);
  await host.ended;
  expect(isRunning(host.pid)).toBe(false);
}

const stay = 'setInterval(() => undefined, 1000);';
const request = {
  event: 'monitor',
  events: [{ argv: [], deadlineMs: -1 }],
  waiting: [],
  plugins: ['60.p'],
  runAll: false,
};

describe('a host', () => {
  test('that exits is told of with its status and its last error', async () => {
    const { host, reports } = standIn(ready, `console.error('before'); throw new RangeError('too much');`);
    expect((await host.ended).message).toBe(
      'the plugin host ended: it exited with status 1: RangeError: too much',
    );
    expect(reports.join()).toContain('before');
    expect(host.isAlive).toBe(false);
  });

  test('that cannot be started is told of with the reason, and leaves no descriptor open', () => {
    const settings = {
      component: 'legacy',
      program: '/nonexistent/host.mjs',
      environment: { TOO_LONG: 'x'.repeat(1024 * 1024) },
      runDirectory: temporaryDirectory(),
      report: () => undefined,
    };
    const before = readdirSync('/proc/self/fd').length;
    for (let count = 0; count < 10; count += 1)
      expect(() => new HostProcess(settings)).toThrow('it cannot be started: spawn E2BIG');
    expect(() => new HostProcess(settings)).toThrow(HostEnded);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  test('that reports many short lines at once has the first twenty logged', async () => {
    const report = bytesOf({ kind: 'report', message: 'x\n'.repeat(1000) });
    const { host, reports } = standIn(Buffer.concat([ready, report]), '');
    await host.ended;
    expect(reports.map((message) => message.split('\n').length)).toEqual([20]);
  });

  test('of another build is not used', async () => {
    const { host } = standIn(bytesOf({ kind: 'ready', build: 'another', network: 'netlink' }), stay);
    await expect(host.ready).rejects.toThrow('it is of another build');
    await host.ended;
    expect(isRunning(host.pid)).toBe(false);
  });

  test.each([
    [
      'says what is no message',
      `writeSync(3, 'no message');`,
      'it said what is no message: Cannot decode length',
    ],
    ['closes its link', 'closeSync(3);', 'the plugin host ended: it was ended by SIGKILL'],
    ['names files without end', flood('file'), 'it said that it read more than 10000 files'],
    ['has too much to report', flood('report'), 'it said more than 200 messages for the log at one event'],
  ])('that %s is killed, and whoever waits for it is told why', async (_what, then, why) => {
    const { host } = standIn(ready, `${then}\n${stay}`);
    await host.ready;
    await expectKilled(host, 60_000, why);
  });

  test('that answers nothing is killed, and whoever waits for it is told why', async () => {
    const { host } = standIn(ready, stay);
    await host.ready;
    await expectKilled(host, 500, '60.p was not loaded within 500 ms');
  });

  test('that does not hear of an event is killed soon', async () => {
    const { host } = standIn(ready, 'for (;;);');
    await host.ready;
    const note = { event: 'takeip', argv: [], plugins: [], isReconciled: false };
    await expect(host.note(note, 60_000)).rejects.toThrow(
      'it was busy with what an earlier event left behind',
    );
  });

  test.each([
    ['at each event of a burst is not killed', [0, 1, 2], true],
    ['at one, which it says again and again that it has begun, is killed', [0, 0, 0], false],
  ])('that has much to report %s', async (_what, began, isAlive) => {
    const reports = Buffer.concat(
      Array.from({ length: 150 }, () => bytesOf({ kind: 'report', message: 'x' })),
    );
    const said = began.flatMap((event) => [bytesOf({ kind: 'began', run: 1, event }), reports]);
    const later = `setTimeout(() => writeSync(3, Buffer.from('${Buffer.concat(said).toString('base64')}', 'base64')), 200);`;
    const { host, reports: heard } = standIn(ready, `${later}\n${stay}`);
    await host.ready;
    host.run({ ...request, events: [...request.events, ...request.events, ...request.events] });
    await expect.poll(() => heard.length >= 3 * 150 || !host.isAlive).toBe(true);
    expect(host.isAlive).toBe(isAlive);
  });

  test('that does not tell its stack in time has none', async () => {
    const { host } = standIn(ready, stay);
    await host.ready;
    expect(await host.findStack(100)).toBe('');
  });

  test('says nothing more to anybody once it was killed, and the log says why that was', async () => {
    const { host, reports } = standIn(ready, stay);
    await host.ready;
    const running = host.run(request);
    host.kill('it was in the way');
    expect((await running.hostEnded).message).toBe('the plugin host ended: it was in the way');
    expect(reports).toEqual([`plugin host ${host.pid} is killed: it was in the way`]);
  });
});

test('whatever a host says, its process neither throws nor hangs', { timeout: 120_000 }, async () => {
  const aMessage = aFromHost.map(bytesOf);
  const garbage = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(aMessage, garbage), { maxLength: 20 }), async (parts) => {
      const { host } = standIn(Buffer.concat([ready, ...parts]), '');
      const running = host.run(request);
      const outcomes = await Promise.allSettled([
        host.ready,
        host.load('60.p', '/60.p.ts', 1_000),
        host.note({ event: 'monitor', argv: [], plugins: [], isReconciled: false }, 1_000),
        host.findStack(50),
        running.done,
        host.ended,
      ]);
      const reasons = outcomes.flatMap((outcome): unknown[] =>
        outcome.status === 'rejected' ? [outcome.reason] : [],
      );
      expect(reasons.filter((reason) => !(reason instanceof HostEnded))).toEqual([]);
      expect(host.isAlive).toBe(false);
    }),
    { numRuns: 30 },
  );
});

/** JavaScript that says one message of a kind again and again, each a little different. */
function flood(kind: 'file' | 'report'): string {
  return `const word = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };
const text = (value) => Buffer.concat([word(value.length + 1), Buffer.from(value + '\\0')]);
for (let count = 0; count < 20000; count += 1) {
  const body = Buffer.concat([word(${kind === 'file' ? 8 : 10}), text('t' + count)${kind === 'file' ? `, text('i')` : ''}]);
  const message = Buffer.concat([word(12 + body.length), word(0), word(0), body]);
  for (let at = 0; at < message.length; ) {
    try { at += writeSync(3, message, at); } catch (error) { if (error.code !== 'EAGAIN') process.exit(9); }
  }
}`;
}

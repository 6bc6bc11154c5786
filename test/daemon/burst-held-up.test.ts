import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';
import { script } from '../support/temporary-directory.ts';

/* The daemon and its host do not have the same view of a burst while one of them is held up. */

const { ok, failed } = results;
const ips = Array.from({ length: 40 }, (_, index) => `127.7.0.${index + 1}`);
const odd = '127.7.0.5';

/** A plugin that writes down when it begins with an address, takes its time, and does something at one. */
const recorder = (atOdd: string, timeMs = 3): string =>
  `import { appendFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { definePlugin } from 'ctdb-hook';
function stopDaemonFor(seconds) {
  spawn('sh', ['-c', 'sleep ' + seconds + '; kill -CONT ' + process.ppid], { detached: true, stdio: 'ignore' }).unref();
  process.kill(process.ppid, 'SIGSTOP');
}
export default definePlugin({
  async takeip({ ip }, ctx) {
    appendFileSync(ctx.environment.CTDB_BASE + '/story', ip + '\\n');
    if (ip === '${odd}') { ${atOdd} }
    const untilMs = performance.now() + ${timeMs};
    while (performance.now() < untilMs);
  },
  releaseip() {},
  ipreallocated() {},
});
`;

async function started(plugin: string, node = new EventdNode()): Promise<RunningEventd> {
  node.plugin('60.p', plugin);
  const daemon = await node.start();
  expect(await daemon.run('init')).toBe(ok);
  return daemon;
}

const story = ({ node }: RunningEventd): string[] => node.read('story').split('\n').slice(0, -1);

/** Takes the addresses, the odd one in this time. */
const takeAll = (daemon: RunningEventd, all: readonly string[], oddS = 20): Promise<number[]> =>
  Promise.all(
    all.map((ip) => daemon.run('takeip', { args: `lo ${ip} 8`, timeoutS: ip === odd ? oddS : 20 })),
  );

const ledgerOf = ({ node }: RunningEventd): DatabaseSync =>
  new DatabaseSync(node.path('run/ctdb-hook/ledger.sqlite'));

describe('no event of a burst is begun twice', () => {
  test('when the daemon is stopped for longer than a host may take to begin', async () => {
    const daemon = await started(recorder('stopDaemonFor(1)'));
    expect(await takeAll(daemon, ips)).toEqual(ips.map(() => ok));
    expect(story(daemon)).toEqual(ips);
  });

  test('when the daemon is stopped while the time of one runs out, which has succeeded in time', async () => {
    const daemon = await started(recorder('await delay(600); stopDaemonFor(1)'));
    expect(await takeAll(daemon, ips, 1)).toEqual(ips.map(() => ok));
    expect(story(daemon)).toEqual(ips);
  });

  test('when one ends a little later than it may, and the next are begun for that', async () => {
    const daemon = await started(recorder(`await ctx.act(['sleep', '2.05'])`));
    const answers = await takeAll(daemon, ips, 2);
    expect(answers).toEqual(ips.map((ip) => (ip === odd ? failed : ok)));
    expect(story(daemon)).toEqual(ips);
  });

  test('when the ledger was locked, so that the host has less time than it was told', async () => {
    const daemon = await started(recorder(`await ctx.act(['sleep', '1.2'])`));
    using ledger = ledgerOf(daemon);
    ledger.exec('BEGIN IMMEDIATE');
    setTimeout(() => {
      ledger.exec('COMMIT');
    }, 850);
    expect(await takeAll(daemon, [odd, '127.7.0.6', '127.7.0.7'], 2)).toEqual([failed, ok, ok]);
    expect(story(daemon)).toEqual([odd, '127.7.0.6', '127.7.0.7']);
  });
});

test('a host does not wait for the daemon, nor for scripts between its plugins that do not handle the event', async () => {
  const node = new EventdNode({ '70.b.script': script('# ctdb-hook: events monitor\nexit 1') });
  node.plugin('80.q', recorder('', 0));
  const daemon = await started(recorder('stopDaemonFor(2)'), node);
  const answers = takeAll(daemon, ips);
  await expect.poll(() => story(daemon).length).toBe(2 * ips.length);
  expect(readFileSync(`/proc/${daemon.process.pid}/stat`, 'utf8')).toMatch(/^\d+ \(.*\) T /);
  expect(await answers).toEqual(ips.map(() => ok));
});

test('a ledger that cannot be used for a while misses the events of that time only', async () => {
  const daemon = await started(recorder('await delay(500)', 0));
  using ledger = ledgerOf(daemon);
  const answers = takeAll(daemon, [odd, ...ips.slice(5)]);
  await delay(250);
  ledger.exec('BEGIN IMMEDIATE');
  setTimeout(() => {
    ledger.exec('COMMIT');
  }, 1700);
  expect(await answers).toEqual(ips.slice(4).map(() => ok));
  const held = ledger.prepare('SELECT ip FROM hold WHERE toSeq IS NULL').all();
  expect(held.map(({ ip }) => String(ip)).sort()).toEqual([odd, ...ips.slice(6)].sort());
  expect(await daemon.log()).toContain('locked by another process for more than 1000 ms');
});

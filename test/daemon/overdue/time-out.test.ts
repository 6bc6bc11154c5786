import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../../core/package/package-root.ts';
import { HungReport } from '../../../core/daemon/overdue/report-hung.ts';
import { results } from '../../../core/eventd-protocol/messages.ts';
import { EventdNode, patienceMs, type RunningEventd } from '../../support/eventd-node.ts';
import { isRunning } from '../../support/is-running.ts';
import { pluginText } from '../../support/hook-node.ts';
import { plant, script, temporaryDirectory } from '../../support/temporary-directory.ts';

const { ok, timedOut } = results;

const pids = (node: EventdNode): number[] => (node.read('pids').match(/\d+/g) ?? []).map(Number);

describe('a script that is out of time', () => {
  test('is told of with what its group was doing, in status and log, and then terminated', async () => {
    const node = new EventdNode({
      '10.hang.script': script(`trap 'echo terminated; exit' TERM
echo begun; echo $$ >$CTDB_BASE/pids; sleep 321 & echo $! >>$CTDB_BASE/pids; wait`),
    });
    const daemon = await node.start();
    expect(await daemon.run('startup', { timeoutS: 1 })).toBe(timedOut);
    expect((await daemon.entries('startup'))['10.hang']).toEqual([-110, expect.stringMatching(/^begun\n/)]);
    await expect
      .poll(() => daemon.output('startup'))
      .toMatch(/10\.hang\.script startup \(.*sleep 321 \(|no more could be found out/s);
    await expect.poll(() => pids(node).filter(isRunning)).toEqual([]);
    await expect.poll(() => node.log()).toMatch(/10\.hang: .*(?:sleep 321 \(|no more could be found out)/);
    await expect.poll(() => node.log()).toContain('startup event timed out');
  });

  test('is killed after the grace if it ignores SIGTERM, before the next event begins', async () => {
    const node = new EventdNode({
      '10.hang.script':
        script(`[ "$1" = startup ] || { kill -0 $(cat $CTDB_BASE/pids) 2>/dev/null && echo alive; exit 0; }
trap '' TERM; echo $$ >$CTDB_BASE/pids; while :; do sleep 0.1; done`),
    });
    const daemon = await node.start();
    expect(await daemon.run('startup', { timeoutS: 1 })).toBe(timedOut);
    expect(await daemon.run('releaseip', { timeoutS: 20 })).toBe(ok);
    expect(await daemon.entries('releaseip')).toEqual({ '10.hang': [0, ''] });
  });

  test('is looked at by the debug script first, called with PID and event', async () => {
    const node = new EventdNode({
      '10.hang.script': script('echo $$ >$CTDB_BASE/pids; exec sleep 300'),
    });
    plant(node.base, {
      'look.sh': script('echo "pid $1"; echo; kill -0 $1 && echo "runs at $2 in $CTDB_BASE"'),
    });
    const daemon = await node.start({ conf: '[event]\n\tdebug script = look.sh\n' });
    expect(await daemon.run('monitor', { timeoutS: 1 })).toBe(timedOut);
    expect((await daemon.status('monitor'))?.summary).toBe(-110);
    await expect.poll(() => node.log()).toContain(`event_debug: runs at monitor in ${node.base}`);
    expect(node.log()).toContain(`event_debug: pid ${pids(node)[0] ?? 0}`);
    expect(node.log()).not.toMatch(/event_debug: *$/m);
    await expect.poll(() => pids(node).filter(isRunning)).toEqual([]);
  });

  test('holds up a releaseip for no longer than the queue waits, however long the debug script takes', async () => {
    const node = new EventdNode({
      '10.interface.script': script('[ "$1" = takeip ] || exit 0; echo $$ >$CTDB_BASE/pids; exec sleep 300'),
    });
    plant(node.base, { 'look.sh': script('echo $$ >$CTDB_BASE/looks; exec sleep 9') });
    const daemon = await node.start({ conf: '[event]\n\tdebug script = look.sh\n' });
    expect(await daemon.run('takeip', { timeoutS: 1, args: 'eth0 192.0.2.1 24' })).not.toBe(ok);
    expect(await daemon.run('releaseip', { args: 'eth0 192.0.2.1 24' })).toBe(ok);
    const answered = { looks: isRunning(Number(node.read('looks'))), hangs: pids(node).filter(isRunning) };
    expect(answered).toEqual({ looks: true, hangs: pids(node) });
    expect(pids(node)).toHaveLength(1);
    // It is ended by the daemon's own end, as by that of the debug script.
    expect(await daemon.end()).toBe(0);
    await expect.poll(() => pids(node).filter(isRunning)).toEqual([]);
  });

  test('waits for no debug script that runs already', async () => {
    const node = new EventdNode({ '10.hang.script': script('exec sleep 300') });
    plant(node.base, {
      'look.sh': script('echo "begin $2" >>$CTDB_BASE/looks; sleep 3; echo "end $2" >>$CTDB_BASE/looks'),
    });
    plant(node.path('events/other'), { '10.hang.script': script('exec sleep 300') });
    const daemon = await node.start({ conf: '[event]\n\tdebug script = look.sh\n' });
    const both = [
      daemon.run('setup', { timeoutS: 1 }),
      daemon.run('init', { timeoutS: 1, component: 'other' }),
    ];
    expect(await Promise.all(both)).toEqual([timedOut, timedOut]);
    await expect.poll(() => node.read('looks')).toMatch(/^begin (\w+)\nend \1\n$/);
  });
});

test.each([
  ['hangs', 'console.log("  known"); setInterval(() => undefined, 1000);', '  known\n', ' within 1000 ms'],
  ['fails', 'process.exit(1);', '', ': the look at them exited with status 1'],
  ['is ended', 'process.kill(process.pid, "SIGKILL");', '', ': the look at them was ended by signal 9'],
])(
  'what processes were doing is said to be incomplete where looking at them %s',
  async (_how, text, known, why) => {
    const directory = temporaryDirectory();
    plant(directory, { 'inspector.js': text });
    const hungReport = new HungReport({
      environment: {},
      inspector: () => join(directory, 'inspector.js'),
      debugScript: () => undefined,
      onDebugOutput: () => undefined,
    });
    const entry = { name: '10.a', kind: 'script', path: '/10.a.script' } as const;
    expect(await hungReport.describe({ entry, event: 'monitor', groups: [4711], processes: [] })).toMatch(
      new RegExp(`^(?:${known})?  no more could be found out about its processes${why}\n$`),
    );
  },
);

test('what the processes of a group are doing is described by a program of its own', async () => {
  const child = spawn('sh', ['-c', 'sleep 322 & echo; wait'], { detached: true });
  onTestFinished(() => void process.kill(-(child.pid ?? 0), 'SIGKILL'));
  await once(child.stdout, 'data');
  const hungReport = new HungReport({
    environment: {},
    inspector: () => join(packageRoot, 'dist/inspect.js'),
    debugScript: () => undefined,
    onDebugOutput: () => undefined,
    inspectTimeoutMs: patienceMs,
  });
  const entry = { name: '10.a', kind: 'script', path: '/10.a.script' } as const;
  const processes = { entry, event: 'monitor', groups: [child.pid ?? 0], processes: [] };
  await expect
    .poll(() => hungReport.describe(processes))
    .toMatch(/sh -c .* \(.*\n(?:.*\n)*  \d+ sleep 322 \(/);
});

/** Loading plugins takes of the time of the event that comes first. */
async function startWithPlugins(node: EventdNode): Promise<RunningEventd> {
  const daemon = await node.start();
  expect(await daemon.run('init')).toBe(ok);
  return daemon;
}

describe('a plugin that is out of time', () => {
  test('is told of with the calls it waits for and the processes of its commands, which are ended', async () => {
    const node = new EventdNode();
    node.plugin(
      '60.p',
      pluginText(`async startup(_event, { act }) {
        await act(['sh', '-c', 'trap "" TERM; echo $$ >$CTDB_BASE/pids; sleep 322 & echo $! >>$CTDB_BASE/pids; wait; sleep 300']);
      }`),
    );
    const daemon = await startWithPlugins(node);
    expect(await daemon.run('startup', { timeoutS: 1 })).toBe(timedOut);
    // On a machine that is very slow just now the look at its processes comes too late, which is said.
    await expect
      .poll(() => daemon.output('startup'))
      .toMatch(
        /was still busy with startup(?=.*act.* for \d)(?=.*(?:sleep 322 \(|no more could be found out))/s,
      );
    await expect.poll(() => pids(node).filter(isRunning)).toEqual([]);
    await expect.poll(() => node.log()).toMatch(/60\.p: .*(?:sleep 322|no more could be found out)/);
    expect(await daemon.run('setup')).toBe(ok);
  });
});

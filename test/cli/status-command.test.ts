import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { localTime } from '../../core/cli/local-time.ts';
import { packageVersion } from '../../core/package/package-version.ts';
import { historyIn, placeIn, runOf, writeHistory } from '../history/history-records.ts';
import { EventdNode, patienceMs } from '../support/eventd-node.ts';
import { hook, pluginText } from '../support/hook-node.ts';
import { plant, script } from '../support/temporary-directory.ts';

const directoryOf = (node: EventdNode): string => node.path('var/lib/ctdb-hook/history');

/** How `ctdb-hook status` ends on this node. */
async function status(node: EventdNode, ...words: string[]) {
  const { exitCode, stdout } = await execa(hook, ['status', ...words], {
    env: {
      CTDB_TEST_MODE: '1',
      CTDB_BASE: node.base,
      CTDB_TEST_HELPER_BINDIR: '/nonexistent',
      CTDB_HOOK_RELEASE: '4.17',
    },
    reject: false,
    stdin: 'ignore',
    timeout: 30_000,
  });
  return { exitCode, lines: stdout.split('\n') };
}

/** What a run of 50.samba was. */
const samba = (tookMs: number, result = 0, output?: string) => ({
  name: '50.samba',
  kind: 'script' as const,
  afterMs: 0,
  tookMs,
  result,
  ...(output === undefined ? {} : { output }),
});

test('a healthy node: what runs, since when monitor succeeds, what each entry took and usually takes', async () => {
  const node = new EventdNode({ '50.a.script': script('true') });
  const { pid, ...daemon } = await node.start();
  expect(
    await daemon.client.run(
      { component: 'legacy', event: 'monitor', args: null, timeoutS: 20, flags: 0 },
      patienceMs,
    ),
  ).toBe(0);
  await vi.waitUntil(() => historyIn(directoryOf(node), { hasNotes: false }).length === 1, patienceMs);
  const { exitCode, lines } = await status(node);
  expect(lines.slice(0, 6)).toEqual([
    expect.stringMatching(new RegExp(`^Event daemon: ctdb-hook ${packageVersion()}, process ${pid}, since `)),
    expect.stringMatching(/^Memory: [1-9]\d* MiB in [1-3] processes$/),
    expect.stringMatching(/^Monitor: OK since at least (\S+ \S+), last at \1$/),
    expect.stringMatching(/^Time: the last monitor took (\d+) ms of 20 s, \d+ ms were left$/),
    'ENTRY  KIND    MONITOR  LAST MS  USUAL MS  STATE',
    expect.stringMatching(/^50\.a +script  OK +(\d+) +\1  enabled$/),
  ]);
  expect(exitCode).toBe(0);
});

test('a node whose monitor fails: since when, at which entry, and what that says', async () => {
  const node = new EventdNode({ '50.samba.script': script('true') });
  const beginMs = Date.now() - 60_000;
  await writeHistory(placeIn(directoryOf(node)), [
    ...[40, 20, 30].map((tookMs, index) => runOf({ beginMs: beginMs + index, entries: [samba(tookMs)] })),
    runOf({ beginMs: beginMs + 100, result: -125 }),
    ...[0, 1].map((index) =>
      runOf({
        beginMs: beginMs + 1000 + index,
        result: 1,
        entries: [samba(50, 1, 'ERROR: samba tcp port 445 is not responding\n\u001b[2J')],
      }),
    ),
    runOf({ beginMs: beginMs + 2000, result: -125 }),
  ]);
  await node.start();
  const { exitCode, lines } = await status(node);
  expect(lines.slice(2)).toEqual([
    `Monitor: fails since ${localTime(beginMs + 1000)}, at 50.samba, last at ${localTime(beginMs + 1001)}`,
    '    ERROR: samba tcp port 445 is not responding',
    '    ?[2J',
    'ENTRY     KIND    MONITOR  LAST MS  USUAL MS  STATE',
    '50.samba  script  ERROR 1       50        40  enabled',
  ]);
  expect(exitCode).toBe(2);
});

test('what plugins have not acted on, and what their checks said last, of processes that live', async () => {
  const node = new EventdNode();
  node.plugin(
    '60.x',
    pluginText(`
      ipreallocated({ changes }) { if (changes.any) throw new Error('not now'); },
      async monitor(_event, { sample }) {
        await sample('disk', { intervalMs: 60_000, timeoutMs: 1000, staleMs: 60_000 }, async () => ({ ok: true, freeMib: 12 }));
        await sample('rpc', { intervalMs: 60_000, timeoutMs: 1000, staleMs: 60_000 }, async () => ({ ok: false, reason: 'no answer' }));
        return healthy;
      },`),
  );
  const daemon = await node.start();
  await daemon.run('init');
  expect(await daemon.run('ipreallocated')).toBe(0);
  plant(node.base, { public_addresses: '127.0.0.1/8 lo\n' });
  expect(await daemon.run('ipreallocated')).not.toBe(0);
  expect(await daemon.run('monitor')).toBe(0);
  const samplesFile = 'run/ctdb-hook/samples-daemon.json';
  await vi.waitUntil(() => node.read(samplesFile).includes('no answer'), patienceMs);
  const { lines } = await status(node);
  expect(lines).toContain('Public addresses here: 1');
  expect(lines).toContain('Changes that plugins have not acted on: 60.x 1');
  expect(lines.find((line) => line.startsWith('60.x    disk'))).toMatch(
    /^60\.x +disk +ok +\d+ +\d+ +\{"freeMib":12\}$/,
  );
  expect(lines.find((line) => line.startsWith('60.x    rpc'))).toMatch(
    /^60\.x +rpc +fails +- +\d+ +\{"reason":"no answer"\}$/,
  );
  const json = JSON.parse((await status(node, '--json')).lines[0] ?? '') as Record<string, unknown>;
  expect(json).toMatchObject({
    addressesHeld: 1,
    changesWaiting: { '60.x': 1 },
    samples: [
      { plugin: '60.x', name: 'disk', state: 'ok', goodAtMs: expect.any(Number) as number },
      { plugin: '60.x', name: 'rpc', state: 'fails', goodAtMs: null },
    ],
    monitor: { limitMs: 20_000 },
  });
  for (const pid of daemon.process.hosts()) process.kill(pid, 'SIGKILL');
  await vi.waitUntil(
    async () => !(await status(node)).lines.some((line) => line.startsWith('60.x    disk')),
    patienceMs,
  );
});

test('a plugin whose last good version goes on: what the daemon says, without loading it here', async () => {
  const node = new EventdNode();
  node.plugin('60.x', pluginText('monitor: () => healthy,'));
  const daemon = await node.start();
  await daemon.run('monitor');
  node.plugin('60.x', 'export default 1;');
  node.plugin('61.new', pluginText('monitor: () => healthy,'));
  const before = (await status(node)).lines;
  expect(before.find((line) => line.startsWith('61.new'))).toMatch(/ enabled, loaded at the next event$/);
  await daemon.run('monitor');
  const { exitCode, lines } = await status(node);
  expect(lines.find((line) => line.startsWith('60.x'))).toContain(
    'WARNING: 60.x does not load, its last good version goes on: ',
  );
  expect(exitCode).toBe(1);
});

test('since when is found in earlier files too', async () => {
  const node = new EventdNode();
  const place = placeIn(directoryOf(node), { bytesMax: 16 * 300 });
  const beginMs = Date.now() - 3_600_000;
  await writeHistory(place, [runOf({ beginMs, result: 1 })]);
  for (let index = 1; index < 100; index += 1)
    await writeHistory(placeIn(place.directory, { bytesMax: 16 * 300, daysMax: 3000 }), [
      runOf({ beginMs: beginMs + index, entries: [samba(index, 0, `${index}`)] }),
    ]);
  await node.start();
  const { lines } = await status(node);
  const kept = historyIn(directoryOf(node), { event: 'monitor' }).flatMap((run) =>
    run.kind === 'run' ? run.beginMs : [],
  );
  expect(kept[0]).toBeGreaterThan(beginMs);
  expect(lines[2]).toContain(`Monitor: OK since at least ${localTime(kept[0] ?? 0)}, last at`);
});

test('for programs: names with units, what is not known is null', async () => {
  const node = new EventdNode();
  node.plugin('60.x', pluginText('monitor: () => healthy,'));
  const { pid } = await node.start();
  const { exitCode, lines } = await status(node, '--json');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    version: 1,
    eventDaemon: {
      kind: 'ours',
      version: packageVersion(),
      pid,
      isRestartDue: false,
      pssBytes: expect.any(Number) as number,
    },
    monitor: null,
    entries: [{ name: '60.x', kind: 'plugin', state: 'enabled', isWrong: false, monitor: null }],
    problems: [],
  });
  expect(exitCode).toBe(3);
});

test('a plugin that does not load is told of, and the status is 1', async () => {
  const node = new EventdNode({ '50.a.script': script('true') });
  const daemon = await node.start();
  await daemon.run('monitor');
  await vi.waitUntil(() => historyIn(directoryOf(node), { hasNotes: false }).length === 1, patienceMs);
  node.plugin('60.x', 'export default');
  const { exitCode, lines } = await status(node);
  expect(lines.find((line) => line.startsWith('60.x'))).toMatch(/^60\.x +plugin  - +- +-  does not load: /);
  expect(exitCode).toBe(1);
});

test('without an event daemon the status is 2', async () => {
  const { exitCode, lines } = await status(new EventdNode());
  expect(lines[0]).toMatch(/^Event daemon: none runs: /);
  expect(exitCode).toBe(2);
});

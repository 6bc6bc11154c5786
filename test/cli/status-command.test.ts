import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { localTime } from '../../core/cli/local-time.ts';
import { packageVersion } from '../../core/package/package-version.ts';
import { historyIn, placeIn, runOf, writeHistory } from '../history/history-records.ts';
import { EventdNode, patienceMs } from '../support/eventd-node.ts';
import { hook, pluginText } from '../support/hook-node.ts';
import { script } from '../support/temporary-directory.ts';

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
  expect(lines.slice(0, 5)).toEqual([
    expect.stringMatching(new RegExp(`^Event daemon: ctdb-hook ${packageVersion()}, process ${pid}, since `)),
    expect.stringMatching(/^Memory: [1-9]\d* MiB in [1-3] processes$/),
    expect.stringMatching(/^Monitor: OK since at least (\S+ \S+), last at \1$/),
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

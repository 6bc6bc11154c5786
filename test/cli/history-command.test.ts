import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localTime } from '../../core/cli/local-time.ts';
import type { HistoryRun } from '../../core/history/record.ts';
import { readme } from '../docs/readme.ts';
import { HookNode } from '../support/hook-node.ts';
import { placeIn, runOf, writeHistory } from '../history/history-records.ts';

const nowMs = Date.now();
const agoMs = (seconds: number): number => nowMs - seconds * 1000;
const isoOf = (seconds: number): string => new Date(agoMs(seconds)).toISOString();

const sambaSays = (output: string | undefined, result: number): HistoryRun['entries'] => [
  { name: '10.interface', kind: 'plugin', afterMs: 0, tookMs: 5, result: 0 },
  {
    name: '50.samba',
    kind: 'script',
    afterMs: 5,
    tookMs: 20,
    result,
    ...(output === undefined ? {} : { output }),
  },
];
const down = 'ERROR: samba tcp port 445 is not responding\n\u001b[31mred';

/** A node of which this is known. */
async function nodeWithHistory(): Promise<HookNode> {
  const node = new HookNode();
  await writeHistory(placeIn(directoryOf(node)), [
    { kind: 'note', beginMs: agoMs(300), level: 'NOTICE', message: 'daemon started, pid=1' },
    ...[75, 60, 45].map((ago) =>
      runOf({ beginMs: agoMs(ago), entries: sambaSays(undefined, 0), tookMs: 25 + ago }),
    ),
    runOf({ beginMs: agoMs(30), entries: sambaSays(down, 1), result: 1, tookMs: 26 }),
    runOf({ beginMs: agoMs(15), entries: sambaSays(down, 1), result: 1, tookMs: 27 }),
    runOf({
      event: 'releaseip',
      argv: ['eth0', '10.0.0.1', '24'],
      beginMs: agoMs(10),
      waitedMs: 3,
      tookMs: 30_000,
      result: -110,
      entries: [{ name: '10.interface', kind: 'plugin', afterMs: 0, tookMs: 30_000, result: -110 }],
    }),
  ]);
  return node;
}

const directoryOf = (node: HookNode): string => join(node.base, 'var/lib/ctdb-hook/history');

/** Each command of bin/README.md, once. */
const documented = [
  ...new Set(
    [...readme('bin/README.md').matchAll(/`ctdb-hook history ((?!--export)[^`]+)`/g)].map(
      ([, words = '']) => words,
    ),
  ),
];

describe('ctdb-hook history', () => {
  test.each(documented)('%s does what bin/README.md says', async (words) => {
    const node = await nodeWithHistory();
    expect((await node.hook('history', ...words.split(' '))).status).toBe(0);
  });

  test('bin/README.md has many of its commands', () => {
    expect(documented.length).toBeGreaterThan(6);
  });

  test('shows since when a node is unhealthy, and why', async () => {
    const node = await nodeWithHistory();
    expect((await node.hook('history')).output).toBe(`\
${localTime(agoMs(300))}  NOTICE: daemon started, pid=1
${localTime(agoMs(75))}  monitor: OK in 100 ms, 3 times until ${localTime(agoMs(45))}, 70 to 100 ms
${localTime(agoMs(30))}  monitor: ERROR 1 in 26 ms, 2 times until ${localTime(agoMs(15))}, 26 to 27 ms
    50.samba: ERROR 1 in 20 ms
        ERROR: samba tcp port 445 is not responding
        ?[31mred
${localTime(agoMs(10))}  releaseip eth0 10.0.0.1 24: TIMEDOUT in 30000 ms, after 3 ms
    10.interface: TIMEDOUT in 30000 ms
`);
  });

  test('shows only what is asked for', async () => {
    const node = await nodeWithHistory();
    const lines = async (...words: string[]): Promise<number> =>
      (await node.hook('history', '--json', ...words)).output.split('\n').length - 1;
    expect(await lines()).toBe(7);
    expect(await lines('--event', 'releaseip')).toBe(1);
    expect(await lines('--failed')).toBe(3);
    expect(await lines('--entry', '50.samba')).toBe(5);
    expect(await lines('--slower', '1000')).toBe(1);
    expect(await lines('--since', isoOf(50), '--until', isoOf(12))).toBe(3);
  });

  test('adds up what each entry took: what ran out of time comes first, then what took longest', async () => {
    const node = await nodeWithHistory();
    const { output } = await node.hook('history', '--entries');
    expect(output).toBe(`\
ENTRY         EVENT      RUNS  FAILED  OUT OF TIME  MEAN MS  LONGEST MS  BEGUN
10.interface  releaseip     1       0            1  30000.0       30000  ${localTime(agoMs(10))}
50.samba      monitor       5       2            0     20.0          20  ${localTime(agoMs(15))}
10.interface  monitor       5       0            0      5.0           5  ${localTime(agoMs(15))}
`);
    const [first] = (await node.hook('history', '--entries', '--json')).output.split('\n');
    expect(JSON.parse(first ?? '')).toEqual({
      entry: '10.interface',
      event: 'releaseip',
      runs: 1,
      failed: 0,
      timedOut: 1,
      sumMs: 30_000,
      longestMs: 30_000,
      longestBeginMs: agoMs(10),
    });
  });

  test('has what ctdb-hook run ran', async () => {
    const node = new HookNode({ '50.a.script': { text: '#!/bin/sh\necho told; exit 3\n', mode: 0o755 } });
    await node.hook('run', 'takeip', 'eth0', '10.0.0.1', '24');
    const { output } = await node.hook('history', '--json');
    expect(JSON.parse(output)).toMatchObject({
      kind: 'run',
      event: 'takeip',
      argv: ['eth0', '10.0.0.1', '24'],
      by: 'run',
      result: 3,
      entries: [{ name: '50.a', kind: 'script', result: 3, output: 'told' }],
    });
  });

  test('says that there is nothing', async () => {
    expect(await new HookNode().hook('history')).toMatchObject({
      status: 0,
      output: 'Nothing of that is in the history.\n',
    });
  });

  test('says what of it cannot be read, and shows the rest', async () => {
    const node = await nodeWithHistory();
    const file = join(directoryOf(node), 'runs-000001');
    appendFileSync(file, '\nnonsense');
    const { status, output } = await node.hook('history', '--event', 'releaseip');
    expect(output).toContain('releaseip eth0 10.0.0.1 24: TIMEDOUT');
    expect(output).toContain(`ctdb-hook: ${file}: 1 of its records are damaged\n`);
    expect(status).toBe(1);
  });

  test.each([
    [['--since', 'dawn'], '--since: "dawn" is no time, expected '],
    [['--slower', '5s'], '--slower: "5s", expected a number of milliseconds'],
    [['--events', 'monitor'], 'history: unknown option "--events": did you mean --event?'],
    [['--export', 'x', '--failed'], 'history: only --since and --until go with --export'],
  ])('%j is refused', async (words, expected) => {
    const { status, output } = await new HookNode().hook('history', ...words);
    expect(output).toContain(`ctdb-hook: ${expected}`);
    expect(status).toBe(1);
  });

  test.each(['CTDB_HOOK_HISTORY_MIB', 'CTDB_HOOK_HISTORY_DAYS'])('%s=0 keeps none', async (variable) => {
    const node = new HookNode();
    const with0 = node.with({ [variable]: '0' });
    await with0.hook('run', 'setup');
    expect(await with0.hook('history')).toMatchObject({
      status: 1,
      output:
        'ctdb-hook: history: none is kept here: CTDB_BASE is not that of the installed CTDB, or a limit is 0\n',
    });
    expect((await node.hook('history')).output).toBe('Nothing of that is in the history.\n');
  });

  test('a limit that is none is told of, and the default counts', async () => {
    const { status, output } = await new HookNode().with({ CTDB_HOOK_HISTORY_MIB: '1 GB' }).hook('history');
    expect(output).toContain(
      'WARNING: CTDB_HOOK_HISTORY_MIB is "1 GB", expected a whole number from 0 to 1048576: 64 is used\n',
    );
    expect(status).toBe(0);
  });
});

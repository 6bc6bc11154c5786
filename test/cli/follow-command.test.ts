import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { HistoryNote, HistoryRun } from '../../core/history/record.ts';
import { placeIn, runOf, writeHistory } from '../history/history-records.ts';
import { hook, HookNode } from '../support/hook-node.ts';

/** A `ctdb-hook follow` that runs. */
class Following {
  readonly node = new HookNode();
  readonly #child;
  #said = '';

  constructor(...words: readonly string[]) {
    this.#child = spawn(hook, ['follow', ...words], {
      env: {
        ...process.env,
        CTDB_TEST_MODE: '1',
        CTDB_BASE: this.node.base,
        CTDB_TEST_HELPER_BINDIR: '/nonexistent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
    });
  }

  /** Writes to the history that it follows. */
  async write(...records: readonly (HistoryRun | HistoryNote)[]): Promise<void> {
    await writeHistory(placeIn(this.directory, { bytesMax: 16_000 }), records);
  }

  get directory(): string {
    return join(this.node.base, 'var/lib/ctdb-hook/history');
  }

  /** What it has said, without the times. */
  readonly said = (): string[] =>
    this.#said.split('\n').flatMap((line) => (line === '' ? [] : line.replace(/^\S+ [\d:.]+ {2}/, '')));

  async end(): Promise<unknown> {
    this.#child.kill('SIGINT');
    return (await once(this.#child, 'exit'))[0];
  }
}

const now = (): number => Date.now();

test('follow says each run as it comes, and a monitor only when it finds something else', async () => {
  const follow = new Following();
  await follow.write(runOf({ beginMs: now() }), runOf({ beginMs: now() }));
  await expect.poll(follow.said).toEqual(['monitor: OK in 3 ms']);
  await follow.write(runOf({ beginMs: now(), event: 'takeip', argv: ['eth0', '10.0.0.1', '24'] }));
  await expect
    .poll(follow.said)
    .toEqual([
      'monitor: OK in 3 ms',
      'monitor: the same once more until then',
      'takeip eth0 10.0.0.1 24: OK in 3 ms',
    ]);
  await follow.write(runOf({ beginMs: now(), result: 1 }));
  await expect.poll(() => follow.said().at(-1)).toBe('monitor: ERROR 1 in 3 ms');
  expect(await follow.end()).toBe(0);
});

test('follow goes on in the next file, and reads nothing twice', async () => {
  const follow = new Following('--json');
  const note = (index: number): HistoryNote => ({
    kind: 'note',
    beginMs: now(),
    level: 'INFO',
    message: `${index} ${'x'.repeat(600)}`,
  });
  for (let index = 0; index < 6; index += 1) {
    await follow.write(note(index));
    await expect.poll(() => follow.said().length).toBe(index + 1);
  }
  expect(follow.said().map((line) => (JSON.parse(line) as HistoryNote).message.split(' ')[0])).toEqual([
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);
  expect(readdirSync(follow.directory).length).toBeGreaterThan(1);
});

test('follow waits for a history that is not there yet', async () => {
  const follow = new Following();
  expect(existsSync(follow.directory)).toBe(false);
  await follow.write({ kind: 'note', beginMs: now(), level: 'NOTICE', message: 'daemon started' });
  await expect.poll(follow.said).toEqual(['NOTICE: daemon started']);
});

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { frame } from '../../core/history/frame.ts';
import { readExports } from '../../core/history/read-export.ts';
import { exportOf, failover } from '../timeline/failover.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const all = { sinceMs: 0, untilMs: Infinity, hasNotes: true };
const nodes = failover(4);
const texts = nodes.map(exportOf);
const [one = ''] = texts;

/** A file with this text. */
function fileOf(text: string | Buffer): string {
  const path = join(temporaryDirectory(), 'some.history');
  writeFileSync(path, text);
  return path;
}

const withoutIds = (path: string): unknown[][] =>
  readExports(path).map(({ read }) =>
    [...read(all)].map((record) => {
      const { id: _id, ...rest } = record as { id?: string };
      return rest;
    }),
  );

test('an export is read as it was written: runs, notes and lines of the log', () => {
  const path = fileOf(one);
  expect(withoutIds(path)).toEqual([nodes[0]?.records]);
  const [exported] = readExports(path);
  expect(exported?.header.node).toBe('node1');
  expect(exported?.readLog(0, Infinity)).toEqual(nodes[0]?.log);
});

test('what onnode prints of all nodes is read as one file', () => {
  const path = fileOf(texts.map((text, index) => `\n>> NODE: 10.0.0.3${index} <<\n${text}`).join('\n'));
  expect(withoutIds(path)).toEqual(nodes.map(({ records }) => records));
});

test('a file that was cut at any line is refused', () => {
  const lines = one.split('\n').filter((line) => line !== '');
  expect(lines.length).toBeGreaterThan(6);
  for (let count = 1; count < lines.length; count += 1) {
    const path = fileOf(`\n${lines.slice(0, count).join('\n')}`);
    expect(() => readExports(path)).toThrow(
      `${path}: the export of node1 ends after ${count - 1} lines: only a part of it was copied`,
    );
  }
});

test('a file that was cut at any byte, or in which any byte was changed, is refused', () => {
  const whole = Buffer.from(one);
  const until = whole.lastIndexOf('}');
  for (let at = 0; at < until; at += 7) {
    const cut = fileOf(whole.subarray(0, at));
    expect(() => readExports(cut)).toThrow(/only a part of it was copied|it is no history/);
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ 0x02, at);
    const damaged = fileOf(changed);
    expect(() => readExports(damaged)).toThrow(
      /changed or damaged on its way|only a part of it|it is no history/,
    );
  }
});

test.each([
  ['nothing', ''],
  ['something else', 'a text\nof two lines\n'],
])('a file of %s is refused', (_name, text) => {
  const path = fileOf(text);
  expect(() => readExports(path)).toThrow(
    `${path}: it is no history, expected what ctdb-hook history --export writes`,
  );
});

test('an export of a later version is refused by its version', () => {
  const header = { kind: 'export', version: 2, node: 'a', ctdbHook: '9.0.0', madeMs: 1, zoneMinutes: 0 };
  const path = fileOf(frame(header));
  expect(() => readExports(path)).toThrow(`${path}: its version is 2, expected at most 1`);
});

test('records of a later release in an export are counted, and the rest is read', () => {
  const lines = [frame({ kind: 'run', event: 'dream' }), frame({ kind: 'hologram' })];
  const [exported] = readExports(fileOf(remade(lines)));
  expect([...(exported?.read(all) ?? [])]).toEqual([
    expect.objectContaining({ kind: 'unreadable', why: '2 of its records are damaged' }),
  ]);
});

/** An export with these lines and the right hash, as a later release might write it. */
function remade(lines: readonly string[]): string {
  const header = frame({
    kind: 'export',
    version: 1,
    node: 'a',
    ctdbHook: '0.2.0',
    madeMs: 1,
    zoneMinutes: 0,
    more: 1,
  });
  const before = [header, ...lines].join('');
  const hash = createHash('sha256').update(before).digest('hex');
  return `${before}${frame({ kind: 'end', lines: lines.length, sha256: hash })}\n`;
}

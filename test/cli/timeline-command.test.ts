import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readme } from '../docs/readme.ts';
import { placeIn, writeHistory } from '../history/history-records.ts';
import { frame } from '../../core/history/frame.ts';
import { HookNode } from '../support/hook-node.ts';
import { plant } from '../support/temporary-directory.ts';
import { exportOf, failover } from '../timeline/failover.ts';

const directoryOf = (node: HookNode): string => join(node.base, 'var/lib/ctdb-hook/history');

/** A node that has the part of node1 of a failover, and what its ctdbd logged. */
async function nodeOfFailover(): Promise<HookNode> {
  const node = new HookNode();
  const [part] = failover(20);
  await writeHistory(placeIn(directoryOf(node)), part?.records ?? []);
  const log = join(node.base, 'log.ctdb');
  node.configure('ctdb.conf', `[logging]\n  location = file:${log}\n`);
  writeFileSync(
    log,
    (part?.log ?? [])
      .map(
        ({ beginMs, message }) =>
          `${new Date(beginMs).toISOString().slice(0, -1)}000+00:00 node1 ctdbd[12]: ${message}\n`,
      )
      .join(''),
  );
  return node;
}

/** Files with the exports of three nodes in a directory of the node. */
function exportsAt(node: HookNode): string[] {
  return failover(20).map((part) => {
    const path = join(node.base, `${part.name}.history`);
    writeFileSync(path, exportOf(part));
    return path;
  });
}

/** Each command of bin/README.md, but what takes files that are made on other nodes. */
const commands = [...readme('bin/README.md').matchAll(/`ctdb-hook timeline( [^`]+)?`/g)].map(
  ([, words = '']) => words,
);
const documented = [...new Set(commands)]
  .map((words) => words.split(' ').slice(1))
  .filter((words) => !words.some((word) => /\.history$|=/.test(word)));

describe('ctdb-hook timeline', () => {
  test.each(documented.map((words) => ({ words })))(
    '$words does what bin/README.md says',
    async ({ words }) => {
      const node = await nodeOfFailover();
      const given = words.map((word) => (/\.(html|json)$/.test(word) ? join(node.base, word) : word));
      expect((await node.hook('timeline', ...given)).status).toBe(0);
      expect(documented.length).toBeGreaterThan(5);
    },
  );

  test('shows the last takeover of this node, with what ctdbd logged', async () => {
    const { status, output } = await (await nodeOfFailover()).hook('timeline');
    expect(output).toContain('FAILED: ipreallocated on ');
    expect(output).toContain('10 takeip: OK');
    expect(output).toContain('ctdbd: Takeover run starting');
    expect(output).not.toContain('\u001b');
    expect(status).toBe(0);
  });

  test('shows exports of three nodes, writes a page and a trace, and writes over nothing', async () => {
    const node = new HookNode();
    const paths = exportsAt(node);
    const [page, trace] = [join(node.base, 'a.html'), join(node.base, 'a.json')];
    expect(await node.hook('timeline', ...paths, '--html', page, '--trace', trace)).toMatchObject({
      status: 0,
      output: '',
    });
    expect(readFileSync(page, 'utf8')).toMatch(/^<!DOCTYPE html>/);
    expect(JSON.parse(readFileSync(trace, 'utf8'))).toHaveProperty('traceEvents');
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(await node.hook('timeline', ...paths, '--html', page)).toMatchObject({
      status: 1,
      output: `ctdb-hook: --html: ${page} is there already, and is not written over\n`,
    });
  });

  test('a history that is damaged is told of, and the rest is shown', async () => {
    const node = await nodeOfFailover();
    appendFileSync(join(directoryOf(node), 'runs-000001'), '\nnonsense');
    const { status, output } = await node.hook('timeline');
    expect(output).toContain('WARNING: ');
    expect(output).toContain('1 of its records are damaged');
    expect(output).toContain('10 takeip: OK');
    expect(status).toBe(1);
  });

  test('a history without a takeover says so', async () => {
    expect(await new HookNode().hook('timeline')).toMatchObject({
      status: 1,
      output: 'ctdb-hook: timeline: no takeover is in the history; --since shows what else is\n',
    });
    expect(await new HookNode().hook('timeline', '--list')).toMatchObject({
      status: 0,
      output: 'No takeover is in the history.\n',
    });
  });

  test('a history of a later version is told of, and not taken for one without takeovers', async () => {
    const node = new HookNode();
    mkdirSync(directoryOf(node), { recursive: true });
    plant(directoryOf(node), { 'runs-000001': frame({ kind: 'history', version: 2 }) });
    const why = `${join(directoryOf(node), 'runs-000001')}: its version is 2, expected at most 1`;
    expect(await node.hook('timeline')).toMatchObject({
      status: 1,
      output: expect.stringContaining(why) as string,
    });
    const listed = await node.hook('timeline', '--list');
    expect(listed.output).toContain(`ctdb-hook: ${why}\n`);
    expect(listed.status).toBe(1);
  });

  test('one history given twice is refused, also under another name', async () => {
    const node = new HookNode();
    const [path = ''] = exportsAt(node);
    const { output } = await node.hook('timeline', path, path);
    expect(output).toBe(
      `ctdb-hook: timeline: the history of node1 is given twice: ${path} and ${path}; where these are two nodes give one another name: NAME=PATH\n`,
    );
    const other = await node.hook('timeline', path, `b=${path}`);
    expect(other.output).toContain('the history of one node was given twice, as node1 and b');
    expect(other.status).toBe(1);
  });

  test('a copy of a directory is a history, and a directory of something else is not', async () => {
    const node = await nodeOfFailover();
    cpSync(directoryOf(node), join(node.base, 'copy'), { recursive: true });
    const named = await node.hook('timeline', `node7=${join(node.base, 'copy')}`);
    expect(named.output).toContain('\nnode7\n');
    expect(await node.hook('timeline', node.events)).toMatchObject({
      status: 1,
      output: `ctdb-hook: timeline: ${node.events}: no history is in this directory, expected files such as runs-000001\n`,
    });
  });

  test.each([
    [['--run', '0'], '--run: "0", expected a number from 1, which is the last takeover'],
    [['--run', '7'], '--run: there are not 7 takeovers in the history, see --list'],
    [['--until', '1h'], '--until needs --since'],
    [['--since', '1h', '--run', '1'], '--since and --run: give one of them'],
    [['--since', '1h', '--until', '2h'], '--until is not after --since'],
    [['--since', 'dawn'], '--since: "dawn" is no time'],
    [['/nonexistent'], "timeline: ENOENT: no such file or directory, stat '/nonexistent'"],
    [['--htm', 'x'], 'timeline: unknown option "--htm": did you mean --html?'],
  ])('%j is refused', async (words, expected) => {
    const { status, output } = await (await nodeOfFailover()).hook('timeline', ...words);
    expect(output).toContain(`ctdb-hook: ${expected}`);
    expect(status).toBe(1);
  });
});

describe('ctdb-hook history --export', () => {
  test('is read by timeline, from a file and from a pipe', async () => {
    const node = await nodeOfFailover();
    const path = join(node.base, 'own.history');
    const { status, output } = await node.hook('history', '--export', path);
    expect(output).toMatch(/own\.history: \d+ records of \S+, with what scripts said and addresses\n$/);
    expect(status).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [own, again] = [await node.hook('timeline'), await node.hook('timeline', path)];
    expect(again.output).toBe(own.output);
    const piped = await node.hook('history', '--export', '-');
    writeFileSync(join(node.base, 'piped.history'), piped.bytes);
    expect((await node.hook('timeline', join(node.base, 'piped.history'))).output).toBe(own.output);
  });

  test('refuses to write over a file, and a part of a copy is refused by timeline', async () => {
    const node = await nodeOfFailover();
    const path = join(node.base, 'own.history');
    await node.hook('history', '--export', path);
    expect((await node.hook('history', '--export', path)).output).toBe(
      `ctdb-hook: --export: ${path} is there already, and is not written over\n`,
    );
    execFileSync('truncate', ['--size=-300', path]);
    const { status, output } = await node.hook('timeline', path);
    expect(output).toMatch(/the export of \S+ ends after \d+ lines: only a part of it was copied\n$/);
    expect(status).toBe(1);
  });
});

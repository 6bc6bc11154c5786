import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { ResidentNode } from './resident-node.ts';

test.each([
  ['pidfd_getfd, as before Linux 5.6', 438],
  ['pidfd_open, as before Linux 5.3', 434],
])(
  'without %s, the host runs events whose output is a pipe, and others run in a process of their own',
  async (_what, number) => {
    const node = new ResidentNode();
    node.plugin('60.web', `monitor(_event, ctx) { ctx.log('process ' + process.pid); return healthy; }`);
    const link = `'${join(node.node.events, '60.web.script')}' monitor`;
    const free = `until [ -p '${node.place.ask}' ] && [ ! -e '${node.place.lock}' ]; do sleep 0.01; done`;
    const script = join(node.node.base, 'calls');
    const calls = [
      `${link} 2>&1 | cat`,
      free,
      `${link} 2>&1 | cat`,
      free,
      `${link} >"$CTDB_BASE/file" 2>&1; cat "$CTDB_BASE/file"`,
      free,
      `${link} 2>&1 | cat`,
    ];
    writeFileSync(script, ['#!/bin/sh', ...calls, ''].join('\n'), { mode: 0o755 });
    const program = join(import.meta.dirname, 'without-system-call.ts');
    const words = [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      program,
      String(number),
      script,
    ];
    const { stdout } = await execa(process.execPath, words, { env: node.variables(), stdin: 'ignore' });
    const [, second, toFile, third] = [...stdout.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
    const host = node.host();
    expect(host).toBeDefined();
    expect([second, third]).toEqual([host, host]);
    expect(toFile).toBeGreaterThan(0);
    expect(toFile).not.toBe(host);
  },
);

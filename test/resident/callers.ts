import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { type ResidentNode, tellsPid } from './resident-node.ts';

/**
 * Has one process of this name call a link several times, through these commands; answers which process ran each event, as its plugin
 * says. The next call waits until the host is free.
 */
export async function callers(
  node: ResidentNode,
  name: string,
  link: string,
  commands: readonly string[],
): Promise<readonly number[]> {
  const script = join(node.node.base, name);
  const free = `until [ ! -e '${node.place.lock}' ]; do sleep 0.01; done`;
  const calls = commands.map(
    (command) => `${free}; ${command} '${join(node.node.events, link)}.script' monitor`,
  );
  writeFileSync(script, ['#!/bin/sh', ...calls, 'true', ''].join('\n'), { mode: 0o755 });
  const { stdout } = await execa(script, { env: node.variables(), stdin: 'ignore' });
  return [...stdout.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
}

/**
 * Calls a link twice, by a process of this name: as its host was, whose event the host runs, and through this command, whose event
 * another process has to run. Answers the host.
 */
export async function callOtherwise(node: ResidentNode, name: string, command: string): Promise<number> {
  node.plugin('60.web', tellsPid);
  const host = await node.withHost('60.web');
  const [same, other] = await callers(node, name, '60.web', ['', command]);
  expect({ name, same }).toEqual({ name, same: host });
  expect(other).toBeGreaterThan(0);
  expect(other).not.toBe(host);
  return host;
}

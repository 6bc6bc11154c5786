import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';
import { builtinPlugins } from '../support/builtin-plugins.ts';
import { BenchNode } from './bench-node.ts';
import { bareNode } from './programs.ts';

/** What it is called among the samples. */
export const hostMemory = 'host memory, MiB';

/** How many events the host has had before its memory is looked at. */
const eventsCount = 100;

/**
 * The memory of a resident host with all built-in plugins, as PSS in MiB. Its Node is a copy, so that it shares the pages of that
 * file with no other process.
 */
export async function hostMemoryMib(directory: string): Promise<number> {
  const base = join(directory, 'alone');
  const node = new BenchNode(base, { program: copyPackage(join(directory, 'package')) });
  for (const name of ['70.web.script', '70.web.ts']) rmSync(join(base, 'events/legacy', name));
  await node.raiseFirstMs('10.interface', 'monitor');
  for (let count = 0; count < eventsCount; count += builtinPlugins.length)
    for (const name of builtinPlugins) node.raiseMs('hook', name, 'ipreallocated');
  const memory = readFileSync(`/proc/${node.hostPid() ?? 0}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(memory)?.[1]) / 1024;
}

/** Copies this package with its Node, and returns its program. What else it depends on are links. */
function copyPackage(to: string): string {
  for (const name of ['bin', 'dist', 'plugins', 'package.json'])
    cpSync(join(packageRoot, name), join(to, name), { recursive: true });
  const modules = join(packageRoot, 'node_modules');
  const node = relative(modules, bareNode());
  mkdirSync(dirname(join(to, 'node_modules', node)), { recursive: true });
  cpSync(bareNode(), join(to, 'node_modules', node));
  for (const name of readdirSync(modules).filter(
    (each) => !each.startsWith('.') && !node.startsWith(`${each}/`),
  ))
    symlinkSync(join(modules, name), join(to, 'node_modules', name));
  return join(to, 'bin/ctdb-hook');
}

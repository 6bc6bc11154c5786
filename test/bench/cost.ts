import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { format } from 'prettier';
import { packageRoot } from '../../core/package/package-root.ts';
import { installInProject, packRelease } from '../support/release.ts';
import { builtinPlugins } from '../support/builtin-plugins.ts';
import { BenchDaemon, type Daemon, type EventFiles } from './daemon/bench-daemon.ts';
import { stock } from './programs.ts';

/** How many events a daemon has had before its memory is looked at. */
const eventsCount = 100;

/** A spare plugin host is started a little after the first one. */
const settleMs = 3_000;

/** What ctdb-hook costs a node that does nothing, as Markdown: packages and disk of the installed tarball, and memory. */
export async function costReport(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-cost-'));
  try {
    const project = await installInProject(directory, await packRelease(directory));
    const modules = join(project, 'node_modules');
    const node = await diskMb(join(modules, `node-linux-${process.arch}`));
    const ours = await memoryOf('hook', join(directory, 'ours'));
    const theirs = await memoryOf('stock', join(directory, 'stock'));
    const text = `
What a node pays: the tarball installed by npm, and memory after ${eventsCount} events with 00.ctdb, 10.interface, 50.samba and
60.nfs enabled, as plugins and as CTDB’s scripts. CTDB’s own comes with CTDB. PSS divides each page by the number of processes
that share it, so it is what is gone; RSS counts it in every process, as \`ps\` and \`top\` do.

| Cost | ctdb-hook | CTDB’s event daemon |
| --- | ---: | ---: |
| packages | ${packagesIn(modules)} | – |
| on disk, MB | ${await diskMb(modules)} | – |
| of which Node, MB | ${node} | – |
| memory as PSS, MiB | ${ours.pss} | ${theirs.pss} |
| memory as RSS, MiB | ${ours.rss} | ${theirs.rss} |
`;
    return await format(text, { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** All packages below it, ours among them; a name with a scope is two folders. */
function packagesIn(modules: string): number {
  const names = readdirSync(modules).filter((name) => !name.startsWith('.'));
  const folders = names.flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((part) => join(name, part)) : [name],
  );
  const below = folders.map((folder) => join(modules, folder, 'node_modules'));
  return below.reduce((sum, each) => sum + 1 + (hasFolder(each) ? packagesIn(each) : 0), 0);
}

function hasFolder(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false;
  }
}

/** Disk space of all files below a folder, in millions of bytes, as the blocks that they occupy. */
async function diskMb(folder: string): Promise<string> {
  const { stdout } = await execa('du', ['-s', '--block-size=1', folder]);
  return (Number.parseInt(stdout) / 1e6).toFixed(0);
}

async function memoryOf(daemon: Daemon, base: string) {
  const entry = (name: string): EventFiles =>
    daemon === 'hook'
      ? { [`${name}.ts`]: { link: join(packageRoot, 'plugins', name, 'plugin.ts') } }
      : { [`${name}.script`]: { link: join(stock.scripts, `${name}.script`) } };
  const started = await BenchDaemon.start(
    daemon,
    base,
    Object.assign({}, ...builtinPlugins.map(entry)) as EventFiles,
  );
  for (let count = 0; count < eventsCount; count += 1) await started.raiseMs('setup');
  await delay(settleMs);
  const memory = { pss: started.memoryMib().toFixed(0), rss: started.residentMib().toFixed(0) };
  await started.stop();
  return memory;
}

import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { standIns as sharedStandIns } from '../../core/try/own-program.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { ifaces, kept, moved, released } from './addresses.ts';
import { base, eventDirectory, scriptVarDir, standIns } from './paths.ts';

/** Each entry of the event directory in its order, and what it is. */
export const entries = [
  {
    name: '10.interface',
    what: 'built-in plugin: 10.interface.ts, a link to plugins/10.interface/plugin.ts',
  },
  { name: '20.raid', what: 'legacy shell script' },
  { name: '40.announce', what: 'plugin of an author, in TypeScript' },
  { name: '60.nfs', what: 'built-in plugin: 60.nfs.script, a link to bin/ctdb-hook' },
  { name: '90.journal', what: 'legacy shell script' },
] as const;

/** Lays out what a node has in /etc/ctdb, and the programs that stand in for those it would have. */
export function layOut(): void {
  mkdirSync(scriptVarDir, { recursive: true });
  layOutConfiguration();
  layOutEntries();
  layOutStandIns();
}

function layOutConfiguration(): void {
  const publicAddresses = [released, moved, kept].map(
    ({ ip, maskBits }) => `${ip}/${maskBits} ${ifaces.join()}\n`,
  );
  write(join(base, 'public_addresses'), publicAddresses.join(''));
  write(join(base, 'script.options'), 'CTDB_KILLTCP_USE_SS_KILL=yes\n');
  write(join(base, 'nfs-checks.d/20.nfs.check'), `service_check_cmd="${join(standIns, 'check_nfs')}"\n`);
}

function layOutEntries(): void {
  mkdirSync(eventDirectory, { recursive: true });
  symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(eventDirectory, '10.interface.ts'));
  symlinkSync(join(packageRoot, 'bin/ctdb-hook'), join(eventDirectory, '60.nfs.script'));
  for (const name of ['20.raid.script', '40.announce.ts', '90.journal.script']) {
    copy(join('event-directory', name), join(eventDirectory, name));
  }
}

function layOutStandIns(): void {
  copy(join(sharedStandIns, 'ctdb'), join(standIns, 'ctdb'));
  copy('stand-ins/record', join(standIns, 'check_nfs'));
  copy('stand-ins/record', join(standIns, 'statd_callout_helper'));
  copy('stand-ins/record', join(base, 'nfs-linux-kernel-callout'));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(resolve(import.meta.dirname, from), to);
}

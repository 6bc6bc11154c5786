import { chmodSync, copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { packageRoot } from '../package/package-root.ts';
import { ifaces, publicAddresses } from './addresses.ts';
import { standIns as shippedStandIns } from './own-program.ts';
import type { NodePlaces } from './stand-in-environment.ts';

/** All that is made is below this: /run is memory in the namespaces, and ends with them. */
const root = '/run/ctdb-hook-try';

/** Where the node has its files. */
export const places: NodePlaces & { readonly eventDirectory: string; readonly calls: string } = {
  base: join(root, 'etc'),
  scriptVarDir: join(root, 'var/scripts'),
  standIns: join(root, 'bin'),
  eventDirectory: join(root, 'etc/events/legacy'),
  /** What stand-ins were told, a line a call. */
  calls: join(root, 'etc/calls'),
};

/** A script that has a shell see what events see. */
export const enterScript = join(root, 'enter');

/** A file of the author's, by the path that it has outside. */
export interface AuthorFile {
  readonly path: string;
  readonly text: Buffer;
}

/** Lays out what a node has in /etc/ctdb: 10.interface, the plugin with its files, public addresses, and what stands in for programs. */
export function layOutNode([plugin, ...others]: readonly [AuthorFile, ...AuthorFile[]]): void {
  for (const folder of [places.eventDirectory, places.scriptVarDir, places.standIns])
    makeDirectory(folder, 0o755);
  const lines = publicAddresses.map(({ ip, maskBits }) => `${ip}/${maskBits} ${ifaces.join()}\n`);
  writeFileSync(join(places.base, 'public_addresses'), lines.join(''));
  writeFileSync(join(places.base, 'script.options'), 'CTDB_KILLTCP_USE_SS_KILL=yes\n');
  writeFileSync(places.calls, '');
  if (!basename(plugin.path).startsWith('10.interface.'))
    symlinkSync(
      join(packageRoot, 'plugins/10.interface/plugin.ts'),
      join(places.eventDirectory, '10.interface.ts'),
    );
  for (const { path, text } of [plugin, ...others]) {
    const to = join(places.eventDirectory, relative(dirname(plugin.path), path));
    makeDirectory(dirname(to), 0o755);
    writeFileSync(to, text);
  }
  chmodSync(join(places.eventDirectory, basename(plugin.path)), 0o755);
  for (const [from, to] of [
    ['ctdb', 'ctdb'],
    ['service', 'service'],
    ['service', 'systemctl'],
  ] as const) {
    copyFileSync(join(shippedStandIns, from), join(places.standIns, to));
    chmodSync(join(places.standIns, to), 0o755);
  }
}

/** Writes the script by which a person looks around. */
export function writeEnterScript(environment: NodeJS.ProcessEnv): void {
  const lines = Object.entries(environment).map(
    ([name, value = '']) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  );
  writeFileSync(
    enterScript,
    ['#!/bin/sh', ...lines, `cd ${places.base}`, 'exec "${SHELL:-sh}"', ''].join('\n'),
  );
}

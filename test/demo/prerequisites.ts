import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.ts';
import { searchPath } from './search-path.ts';
import { isExecutable } from '../support/is-executable.ts';

/** What the demo runs, any one of each row, and the package that brings it (in Debian; others call them alike). */
const programs = [
  { anyOf: ['unshare'], from: 'util-linux' },
  { anyOf: ['nsenter'], from: 'util-linux' },
  { anyOf: ['mount'], from: 'mount' },
  { anyOf: ['ip'], from: 'iproute2' },
  { anyOf: ['ss'], from: 'iproute2' },
  { anyOf: ['nft', 'iptables'], from: 'nftables' },
] as const;

/** What this computer lacks for the demo: all of it at once, each with how to get it. */
export function findMissing(): string[] {
  const absent = programs.filter(({ anyOf }) => !anyOf.some(isInstalled));
  const packages = [...new Set(absent.map(({ from }) => from))];
  return [
    ...absent.map(({ anyOf, from }) => `the program ${anyOf.join(' or ')} is missing (package ${from})`),
    ...(packages.length === 0 ? [] : [`install with: apt-get install ${packages.join(' ')}`]),
    ...(existsSync('/proc/sys/net/ipv6') ? [] : ['the kernel has no IPv6: boot without ipv6.disable=1']),
    ...(existsSync(join(packageRoot, 'dist/hook.js')) ? [] : ['dist is missing: run npm run build']),
  ];
}

/** Whether a program is there for the demo to run. */
export function isInstalled(name: string): boolean {
  return searchPath.split(':').some((directory) => isExecutable(join(directory, name)));
}

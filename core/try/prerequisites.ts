import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package/package-root.ts';
import { hasProgram } from '../process/executable.ts';
import { searchPath } from './search-path.ts';

/**
 * What is run to make namespaces, and the package that brings it. Every Debian has them; the kernel is asked by netlink, which takes no
 * program (no ip, ss, nft, ethtool).
 */
const programs = [
  { name: 'unshare', from: 'util-linux' },
  { name: 'mount', from: 'mount' },
] as const;

/** What this computer lacks for that: all of it at once, each with how to get it. */
export function findMissing(): string[] {
  const absent = programs.filter(({ name }) => !hasProgram(name, { PATH: searchPath }));
  const packages = [...new Set(absent.map(({ from }) => from))];
  return [
    ...absent.map(({ name, from }) => `the program ${name} is missing (package ${from})`),
    ...(packages.length === 0 ? [] : [`install with: apt-get install ${packages.join(' ')}`]),
    ...(existsSync('/proc/sys/net/ipv6') ? [] : ['the kernel has no IPv6: boot without ipv6.disable=1']),
    ...(existsSync(join(packageRoot, 'dist/hook.js')) ? [] : ['dist is missing: run npm run build']),
  ];
}

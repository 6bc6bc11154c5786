import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The network namespaces of what a process has started, without that of the tests. */
export function namespacesBelow(pid: number): ReadonlySet<string | undefined> {
  const below = new Set(descendants(pid).map(networkNamespace));
  return below.difference(new Set([networkNamespace('self'), undefined]));
}

/** The processes in network namespaces. Nothing else holds one that has no name. */
export function processesIn(namespaces: ReadonlySet<string | undefined>): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && namespaces.has(networkNamespace(pid)));
}

/** The processes that a process has started, and those that they have. */
function descendants(pid: number): string[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ') : [];
  return children.flatMap((child) => (child === '' ? [] : [child, ...descendants(Number(child))]));
}

function networkNamespace(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined; // It has ended, or is not ours.
  }
}

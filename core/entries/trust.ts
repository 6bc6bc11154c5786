import { constants, lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Somebody who must not could replace what is about to be run with our privileges. */
export class Untrusted extends Error {
  override name = 'Untrusted';
}

/** Most links followed on the way to a file, as in the kernel (MAXSYMLINKS). */
const linksMax = 40;

/** S_ISVTX, which node:fs does not name. */
const stickyBit = 0o1000;

/**
 * Refuses a path that anybody but root could make into something else: the file, and each directory on the way to it
 * and, for a link, to its target. In a sticky directory it is enough that the next step is root's.
 *
 * For root of the initial user namespace only root's own things count. Elsewhere the process's own user, and the
 * overflow user that stands for all users outside the namespace, count as root.
 *
 * @throws Untrusted with the path and mode of the step that is not root's alone.
 */
export function checkTrust(path: string): void {
  let links = 0;
  const walk = (steps: readonly string[], from: string): void => {
    let here = from;
    for (const [index, step] of steps.entries()) {
      const next = step === '..' ? dirname(here) : join(here, step);
      const found = lstatSync(next);
      checkStep(next, found);
      if (found.isSymbolicLink()) {
        if ((links += 1) > linksMax) throw new Untrusted(`${path}: more than ${linksMax} links on the way`);
        const target = resolve(here, readlinkSync(next));
        walk([...stepsOf(target), ...steps.slice(index + 1)], '/');
        return;
      }
      here = next;
    }
  };
  checkStep('/', lstatSync('/'));
  walk(stepsOf(resolve(path)), '/');
}

const stepsOf = (path: string): string[] => path.split('/').filter((step) => step !== '');

/** Checks one step: who owns it, and who may write to it. */
function checkStep(path: string, found: Stats): void {
  const trusted = trustedIds();
  if (!trusted.users.has(found.uid)) {
    throw new Untrusted(`${path} belongs to user ${found.uid} (mode ${modeOf(found)}), expected root`);
  }
  if (found.isSymbolicLink()) return; // A link has no mode of its own; who may replace it is the directory's matter.
  if (found.isDirectory() && (found.mode & stickyBit) !== 0) return; // Only its owner can replace what stands in it, and the next step is checked for that.
  const byOthers = (found.mode & constants.S_IWOTH) !== 0;
  const byGroup = (found.mode & constants.S_IWGRP) !== 0 && !trusted.groups.has(found.gid);
  if (byOthers || byGroup) {
    const who = byOthers ? 'anybody' : `group ${found.gid}`;
    throw new Untrusted(`${path} (mode ${modeOf(found)}) can be written by ${who}, expected by root alone`);
  }
}

const modeOf = (found: Stats): string => (found.mode & 0o7777).toString(8).padStart(4, '0');

interface TrustedIds {
  readonly users: ReadonlySet<number>;
  readonly groups: ReadonlySet<number>;
}

let known: TrustedIds | undefined;

/** Whose files count as root's. As root itself no group does: whoever is in it could write. */
function trustedIds(): TrustedIds {
  known ??= isInitialRoot()
    ? { users: new Set([0]), groups: new Set() }
    : {
        users: new Set([0, process.geteuid?.() ?? 0, overflowId('uid')]),
        groups: new Set([0, process.getegid?.() ?? 0, overflowId('gid')]),
      };
  return known;
}

/** Whether this is root of the initial user namespace, which maps every id to itself. */
function isInitialRoot(): boolean {
  if (process.geteuid?.() !== 0) return false;
  return /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
}

/** The id that stands for those that the user namespace does not map; 65534 unless the kernel was told otherwise. */
function overflowId(kind: 'uid' | 'gid'): number {
  try {
    return Number(readFileSync(`/proc/sys/kernel/overflow${kind}`, 'utf8'));
  } catch {
    return 65534;
  }
}

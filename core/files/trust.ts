import { constants, lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { readAclWriters } from './access-acl.ts';

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
 * For root only root's own things count. For another user its own count too, and in a user namespace those of the
 * overflow user, which stands for all users outside it.
 *
 * @throws Untrusted with the path and mode of the step that is not root's alone.
 */
export function checkTrust(path: string): void {
  walkTo(path, false);
}

/** The same as far as the path leads, for one whose end is not needed. @throws Untrusted */
export function checkTrustOnTheWay(path: string): void {
  walkTo(path, true);
}

function walkTo(path: string, mayDangle: boolean): void {
  let links = 0;
  const walk = (steps: readonly string[], from: string): void => {
    let here = from;
    for (const [index, step] of steps.entries()) {
      const next = step === '..' ? dirname(here) : join(here, step);
      const found = mayDangle ? lstatSync(next, { throwIfNoEntry: false }) : lstatSync(next);
      if (found === undefined) return;
      checkStep(next, found);
      if (found.isSymbolicLink()) {
        if ((links += 1) > linksMax) throw new Untrusted(`${path}: more than ${linksMax} links on the way`);
        const target = readlinkSync(next);
        walk([...stepsOf(target), ...steps.slice(index + 1)], target.startsWith('/') ? '/' : here);
        return;
      }
      here = next;
    }
  };
  checkStep('/', lstatSync('/'));
  walk(stepsOf(path.startsWith('/') ? path : `${process.cwd()}/${path}`), '/');
}

/** The names in a path. `..` stays: after a link it leads to the parent of the link's target, as in the kernel. */
const stepsOf = (path: string): string[] => path.split('/').filter((step) => step !== '' && step !== '.');

/** Checks one step: who owns it, and who may write to it. */
function checkStep(path: string, found: Stats): void {
  const trusted = trustedIds();
  if (!trusted.users.has(found.uid)) {
    throw new Untrusted(`${path} belongs to user ${found.uid} (mode ${modeOf(found)}), expected root`);
  }
  if (found.isSymbolicLink()) return; // A link has no mode of its own; who may replace it is the directory's matter.
  // What stands in a sticky directory only its owner can replace, and the next step is checked for that.
  if (found.isDirectory() && (found.mode & stickyBit) !== 0) return;
  const byOthers = (found.mode & constants.S_IWOTH) !== 0;
  const mayGroup = (found.mode & constants.S_IWGRP) !== 0;
  const who = byOthers ? 'anybody' : mayGroup ? writerByGroup(path, found, trusted) : undefined;
  if (who !== undefined)
    throw new Untrusted(`${path} (mode ${modeOf(found)}) can be written by ${who}, expected by root alone`);
}

/**
 * Who can write, untrusted, where the mode lets the group: with an ACL those bits are its mask, and only where they are set
 * can anybody write by it. What lets the group and cannot be looked at is not trusted: to take that right away is easy.
 */
function writerByGroup(path: string, { gid }: Stats, trusted: TrustedIds): string | undefined {
  const ofGroup = trusted.groups.has(gid) ? undefined : `group ${gid}`;
  try {
    const writers = readAclWriters(path);
    if (writers === undefined) return ofGroup;
    const words = writers.map(({ kind, id }) => {
      if (kind === 'owning group') return ofGroup;
      const isTrusted = (kind === 'user' ? trusted.users : trusted.groups).has(id);
      return isTrusted ? undefined : `${kind} ${id} (ACL)`;
    });
    return words.find((word) => word !== undefined);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return (
      ofGroup ??
      `its group and whoever its ACL names, for that cannot be looked at (${why ?? ''}; chmod g-w helps)`
    );
  }
}

const modeOf = (found: Stats): string => (found.mode & 0o7777).toString(8).padStart(4, '0');

interface TrustedIds {
  readonly users: ReadonlySet<number>;
  readonly groups: ReadonlySet<number>;
}

let known: TrustedIds | undefined;

/** Found once: a process does not change who it is. */
function trustedIds(): TrustedIds {
  known ??= findTrustedIds(process.geteuid?.() ?? 0, process.getegid?.() ?? 0);
  return known;
}

/**
 * For root no group counts but root's own: whoever is in it could write. Root's own is nobody else's on any system that
 * we know, and an archive unpacked with umask 002 gives everything to it. In a user namespace of one user there is
 * nobody else.
 */
function findTrustedIds(ownUser: number, ownGroup: number): TrustedIds {
  const outside = outsiders('uid');
  const users = new Set([0, ownUser, ...outside, ...outside.map(() => unmapped)]);
  if (ownUser === 0 && outside.length === 0) return { users, groups: new Set([0]) };
  const outsideGroups = outsiders('gid');
  return { users, groups: new Set([0, ownGroup, ...outsideGroups, ...outsideGroups.map(() => unmapped)]) };
}

/** What an ACL names in the place of an id that the user namespace does not map. */
const unmapped = 0xffff_ffff;

/**
 * The overflow id, if it stands for nothing but what the user namespace does not map. Where it is mapped it is an
 * account too, in most systems `nobody`, and anybody who is that could own the file.
 */
function outsiders(kind: 'uid' | 'gid'): number[] {
  const overflow = overflowId(kind);
  const ranges = readFileSync(`/proc/self/${kind}_map`, 'utf8').trim().split('\n');
  const mapped = ranges.some((range) => {
    const [first = 0, , count = 0] = range.trim().split(/\s+/).map(Number);
    return first <= overflow && overflow < first + count;
  });
  return mapped ? [] : [overflow];
}

/** The id that stands for those that the user namespace does not map; 65534 unless the kernel was told otherwise. */
function overflowId(kind: 'uid' | 'gid'): number {
  try {
    return Number(readFileSync(`/proc/sys/kernel/overflow${kind}`, 'utf8'));
  } catch {
    return 65534;
  }
}

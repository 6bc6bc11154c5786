import { constants, lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { readAclWriters } from './access-acl.ts';

/** A user without the right could replace a file that is about to run with our privileges. */
export class Untrusted extends Error {
  override name = 'Untrusted';
}

/** Most links followed on the way to a file, as in the kernel (MAXSYMLINKS). */
const linksMax = 40;

/** S_ISVTX, which node:fs does not name. */
const stickyBit = 0o1000;

/**
 * Refuses a path that anybody but root could change. It checks the file, each directory on the way to it and, for a link,
 * on the way to its target. In a sticky directory it is enough that the next step belongs to root.
 *
 * For root only root's own files count. For another user its own files count too. In a user namespace those of the overflow
 * user count as well, which stands for all users outside of it.
 *
 * @returns the way to it, the same object as long as all steps on it are the same
 * @throws Untrusted with the path and mode of the step that does not belong to root alone.
 */
export function checkTrust(path: string): TrustedWay {
  return wayTo(path, false);
}

/** Checks the path as far as it exists, for a file that is not needed itself. Otherwise as `checkTrust`. @throws Untrusted */
export function checkTrustOnTheWay(path: string): TrustedWay {
  return wayTo(path, true);
}

let areAllTrusted = false;

/** From now on this process refuses no file for its owner or mode. For one that only looks at files, and is not root's. */
export function trustAllFiles(): void {
  areAllTrusted = true;
}

/** All steps on the way to a path, each once. */
export type TrustedWay = ReadonlyMap<string, TrustedStep>;

/** What makes a step trusted, and of a link where it leads to. */
interface TrustedStep {
  readonly uid: number;
  readonly mode: number;
  readonly target?: string;
}

/** The ways that were trusted the last time. To compare one takes half the time of finding it. */
const ways = new Map<string, TrustedWay>();

/** Most ways that are kept. A node has a handful. */
const waysMax = 100;

function wayTo(path: string, mayDangle: boolean): TrustedWay {
  const known = ways.get(path);
  if (known !== undefined && isUnchanged(known)) return known;
  ways.delete(path);
  const { way, isComparable } = walkTo(path, mayDangle);
  if (ways.size >= waysMax) ways.clear();
  if (isComparable) ways.set(path, way);
  return way;
}

function isUnchanged(way: TrustedWay): boolean {
  for (const [path, { uid, mode, target }] of way) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.uid !== uid || found.mode !== mode) return false;
    if (target !== undefined && targetIfThere(path) !== target) return false;
  }
  return true;
}

function targetIfThere(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // It has gone since it was looked at.
  }
}

/** Walks to a path. The way cannot be compared if it is relative or does not end, or if an ACL decides. */
function walkTo(path: string, mayDangle: boolean): { way: TrustedWay; isComparable: boolean } {
  const way = new Map<string, TrustedStep>();
  let isComparable = path.startsWith('/');
  let links = 0;
  const check = (step: string, found: Stats, target?: string): void => {
    checkStep(step, found);
    isComparable &&= !mayAclDecide(found);
    way.set(step, { uid: found.uid, mode: found.mode, ...(target !== undefined && { target }) });
  };
  const walk = (steps: readonly string[], from: string): void => {
    let here = from;
    for (const [index, step] of steps.entries()) {
      const next = step === '..' ? dirname(here) : join(here, step);
      const found = mayDangle ? lstatSync(next, { throwIfNoEntry: false }) : lstatSync(next);
      if (found === undefined) {
        isComparable = false;
        return;
      }
      const target = found.isSymbolicLink() ? readlinkSync(next) : undefined;
      check(next, found, target);
      if (target !== undefined) {
        if ((links += 1) > linksMax) throw new Untrusted(`${path}: more than ${linksMax} links on the way`);
        walk([...stepsOf(target), ...steps.slice(index + 1)], target.startsWith('/') ? '/' : here);
        return;
      }
      here = next;
    }
  };
  check('/', lstatSync('/'));
  walk(stepsOf(path.startsWith('/') ? path : `${process.cwd()}/${path}`), '/');
  return { way, isComparable };
}

/** The names in a path. `..` stays: after a link it is the parent of the link's target, as in the kernel. */
const stepsOf = (path: string): string[] => path.split('/').filter((step) => step !== '' && step !== '.');

/** Checks one step: who owns it, and who may write to it. */
function checkStep(path: string, found: Stats): void {
  if (areAllTrusted) return;
  const trusted = trustedIds();
  if (!trusted.users.has(found.uid)) {
    throw new Untrusted(`${path} belongs to user ${found.uid} (mode ${modeOf(found)}), expected root`);
  }
  if (found.isSymbolicLink()) return; // A link has no mode of its own. Who may replace it depends on the directory.
  // In a sticky directory only the owner can replace a file. The next step is checked for its owner.
  if (isSticky(found)) return;
  const byOthers = (found.mode & constants.S_IWOTH) !== 0;
  const mayGroup = (found.mode & constants.S_IWGRP) !== 0;
  const who = byOthers ? 'anybody' : mayGroup ? writerByGroup(path, found, trusted) : undefined;
  if (who !== undefined)
    throw new Untrusted(`${path} (mode ${modeOf(found)}) can be written by ${who}, expected by root alone`);
}

const isSticky = (found: Stats): boolean => found.isDirectory() && (found.mode & stickyBit) !== 0;

/** Whether more than owner and mode decides about a step. */
const mayAclDecide = (found: Stats): boolean =>
  !found.isSymbolicLink() && !isSticky(found) && (found.mode & constants.S_IWGRP) !== 0;

/**
 * Who can write without being trusted, if the mode permits the group. With an ACL the group bits are its mask, and nobody
 * can write by it unless they are set. An ACL that cannot be read is not trusted; to take the group's right away is easy.
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

/** The trusted ids are found once: a process does not change its user. */
function trustedIds(): TrustedIds {
  known ??= findTrustedIds(process.geteuid?.() ?? 0, process.getegid?.() ?? 0);
  return known;
}

/**
 * Finds the trusted ids. For root no group counts but root's own, because every member could write. On all known systems
 * nobody else is in root's own group, and an archive that is unpacked with umask 002 gives everything to it. In a user
 * namespace of one user there is nobody else.
 */
function findTrustedIds(ownUser: number, ownGroup: number): TrustedIds {
  const outside = outsiders('uid');
  const users = new Set([0, ownUser, ...outside, ...outside.map(() => unmapped)]);
  if (ownUser === 0 && outside.length === 0) return { users, groups: new Set([0]) };
  const outsideGroups = outsiders('gid');
  return { users, groups: new Set([0, ownGroup, ...outsideGroups, ...outsideGroups.map(() => unmapped)]) };
}

/** The id in an ACL for one that the user namespace does not map. */
const unmapped = 0xffff_ffff;

/**
 * The overflow id, if it stands only for ids that the user namespace does not map. If it is mapped, it is also an account,
 * in most systems `nobody`, and whoever uses that account could own the file.
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

/** The id that stands for unmapped ids. It is 65534 unless the kernel has another setting. */
function overflowId(kind: 'uid' | 'gid'): number {
  try {
    return Number(readFileSync(`/proc/sys/kernel/overflow${kind}`, 'utf8'));
  } catch {
    return 65534;
  }
}

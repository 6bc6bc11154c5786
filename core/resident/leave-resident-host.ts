import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import type { LinkCall } from '../links/link-call.ts';
import { programRoot } from '../package/package-root.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { hostFlags } from '../process/host-flags.ts';
import { readProcEntry } from '../process/proc-table.ts';
import { isResidentHost } from './is-resident-host.ts';
import { killResidentHost } from './kill-resident-host.ts';
import { readPid } from './read-pid.ts';
import { type ResidentPlace, residentPlace } from './resident-place.ts';

/** Options of Node with which a process waits for a debugger, or listens for one at a port that the next would need. */
const debugs = /--inspect|--debug/;

/** How old the lock of a link that has ended must be before the host counts as hung, in milliseconds. */
const hungAfterMs = 1_000;

/**
 * Leaves a resident host behind, in a session of its own, which runs the following events of the directory's links. It does
 * nothing where there is one, where CTDB_HOOK_RESIDENT is `no`, and at `shutdown`. A host that hangs is ended. Never fails: without
 * a host, links run their events themselves.
 */
export function leaveResidentHost({ directory, event }: Pick<LinkCall, 'directory' | 'event'>): void {
  if (process.env['CTDB_HOOK_RESIDENT'] === 'no' || event.name === 'shutdown') return;
  if (debugs.test(process.env['NODE_OPTIONS'] ?? '')) return;
  try {
    if (!isPassedOnWhole() || isServed(residentPlace(ctdbPaths(process.env).ownRunDir, directory))) return;
    const program = join(programRoot, 'dist', 'resident.js');
    const child = spawn(process.execPath, [...hostFlags, program, directory], {
      detached: true,
      stdio: 'ignore',
      cwd: '/',
    });
    child.once('error', () => undefined);
    child.unref();
  } catch {
    return;
  }
}

/** Whether a program that Node starts gets the environment that this process has received. Node replaces bytes that are no UTF-8. */
function isPassedOnWhole(): boolean {
  const received = receivedEnvironment();
  const names = new Set([...Object.keys(received), ...Object.keys(process.env)]);
  return [...names].every((name) => received[name] === process.env[name]);
}

/** Whether a host is there that answers. One that is stopped, or hangs, is killed. */
function isServed(place: ResidentPlace): boolean {
  const host = readPid(place.pid);
  if (host === undefined || !isResidentHost(host)) return false;
  if (readProcEntry(host)?.state !== 'T' && !isHung(place)) return true;
  killResidentHost(host, place);
  return false;
}

/** A host unlocks when the link that has the lock ends. One that does not is stopped, or spins. */
function isHung({ lock }: ResidentPlace): boolean {
  const found = statSync(lock, { throwIfNoEntry: false });
  if (found === undefined || Date.now() - found.mtimeMs < hungAfterMs) return false;
  const owner = readPid(lock);
  return owner === undefined || readProcEntry(owner) === undefined;
}

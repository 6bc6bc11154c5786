import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { HostEnded } from './host-ended.ts';
import { ownNode } from '../program-copy.ts';
import type { Report } from '../report.ts';
import { makeLastDirectory } from '../../files/make-directory.ts';
import { hostFlags } from '../../process/host-flags.ts';
import { linkFd, watchFd } from '../../plugin-host/messages.ts';

/** What a host is started with, and where it reports. */
export interface HostProcessSettings {
  readonly component: string;
  /** The program of a plugin host. */
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where this project keeps files that a reboot may remove. */
  readonly runDirectory: string;
  /** Receives messages for the log. */
  readonly report: Report;
}

/** A plugin host that was started. */
export interface StartedHost {
  readonly child: ChildProcess;
  /** Where it is told what to do, and says what it does. */
  readonly link: Socket;
  /** Where its watching thread is asked. */
  readonly watch: Socket;
  /**
   * The descriptor of the file in which the host writes down what it has not sent. Without it, a host that dies loses what
   * it had to say in its last turn.
   */
  readonly journal: number | undefined;
}

/**
 * Starts a plugin host in a session of its own, so that it can be killed together with everything that it has started.
 *
 * @throws HostEnded if it cannot be started.
 */
export function startHost(settings: HostProcessSettings): StartedHost {
  const journal = openJournal(settings.runDirectory);
  try {
    const child = spawnHost(settings, journal);
    return { child, link: socketOf(child, linkFd), watch: socketOf(child, watchFd), journal };
  } catch (error) {
    if (journal !== undefined) closeSync(journal);
    throw new HostEnded(`it cannot be started: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function spawnHost(
  { program, component, environment }: HostProcessSettings,
  journal: number | undefined,
): ChildProcess {
  const child = spawn(ownNode, [...hostFlags, program, component], {
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', journal ?? 'ignore'],
  });
  if (child.pid !== undefined) return child;
  child.once('error', () => undefined); // It has no pipes then, although its type says so.
  throw new Error('the daemon has no descriptors or processes left');
}

/** Node calls it a pipe, but it is a pair of sockets, which works in both directions. */
const socketOf = (child: ChildProcess, fd: number): Socket => child.stdio[fd] as Socket;

/** A file without a name, in memory. */
function openJournal(directory: string): number | undefined {
  const path = join(directory, `journal-${randomUUID()}`);
  try {
    makeLastDirectory(directory);
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return fd;
  } catch {
    return undefined;
  }
}

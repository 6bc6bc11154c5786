import { closeSync, existsSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { checkTrust } from '../files/trust.ts';
import type { HistoryWriter } from '../history/history-writer.ts';
import { openHistory } from '../history/open-history.ts';
import type { HistoryNote } from '../history/record.ts';
import { EventRunner } from '../links/event-runner.ts';
import { findAllAddresses } from '../network/netlink/find-all-addresses.ts';
import { openNetlink } from '../network/netlink/open-netlink.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { KillTimer } from '../process/kill-timer.ts';
import { lockFile } from '../process/lock-file.ts';
import { openSampler } from '../run/sampling/sample-file.ts';
import { CallerStreams } from './caller-streams.ts';
import { Likeness } from './likeness.ts';
import { ResidentHost } from './resident-host.ts';
import { type ResidentPlace, residentPlace } from './resident-place.ts';

/** Runs the resident host of an event directory in this process, unless there is one already. */
export async function residentMain(directory: string): Promise<void> {
  if (!existsSync(directory)) return; // It must not make a run directory anew that was removed with it.
  const paths = ctdbPaths(process.env);
  const place = residentPlace(paths.ownRunDir, directory);
  if (!(await claim(place))) return;
  const usesNetlink =
    process.env['CTDB_HOOK_NETWORK'] !== 'commands' && typeof (await openNetlink()) !== 'string';
  const writer = openHistory();
  process.on('exit', () => writer?.writeNow());
  const history = writer && withStart(writer, noteOf(directory, 'has started'));
  const runner = new EventRunner({
    environment: { CTDB_BASE: paths.base, ...receivedEnvironment() },
    group: 'own', // The group of the link is not this one's; what an event has started ends with its link all the same.
    networkWhenUnset: 'netlink',
    ...(usesNetlink && { listAddresses: () => findAllAddresses().catch(() => undefined) }),
    sampling: openSampler(paths.ownRunDir, 'links'),
    history,
  });
  await new ResidentHost({
    directory,
    place,
    runner,
    likeness: await Likeness.load(),
    killTimer: await KillTimer.load(),
    streams: await CallerStreams.load(),
    onEnd: (why) => {
      history?.add(noteOf(directory, `ends: ${why}`));
    },
  }).serve();
}

function noteOf(directory: string, what: string): HistoryNote {
  const message = `resident host ${process.pid} of ${directory} ${what}`;
  return { kind: 'note', beginMs: Date.now(), level: 'INFO', message };
}

/** Adds the note before the first record. A host that has run nothing writes nothing: its node may be about to be removed. */
function withStart(writer: HistoryWriter, start: HistoryNote): Pick<HistoryWriter, 'add'> {
  let isTold = false;
  return {
    add: (record) => {
      if (!isTold) writer.add(start);
      isTold = true;
      writer.add(record);
    },
  };
}

/** Becomes the one host of the place, for as long as this process lives. */
async function claim({ path, pid }: ResidentPlace): Promise<boolean> {
  makeDirectory(path, 0o700);
  checkTrust(path);
  const fd = openSync(pid, 'a', 0o600);
  if (!(await lockFile(fd))) {
    closeSync(fd);
    return false;
  }
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`);
  return true;
}

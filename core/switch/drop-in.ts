import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inPlace, rememberOccupant } from './occupant.ts';
import { mustRun } from './program.ts';
import type { Step } from './steps.ts';
import { makeDirectory } from '../files/make-directory.ts';

/** The place of systemd's settings of ctdb.service, and whether systemd runs. */
export interface Systemd {
  /** `/etc/systemd/system`. */
  readonly directory: string;
  readonly isRunning: boolean;
}

/** Our settings of ctdb.service. */
export const dropInPath = ({ directory }: Systemd): string =>
  join(directory, 'ctdb.service.d', 'ctdb-hook.conf');

/** Every version of the file begins with this line. */
const mark = '# Put here by "ctdb-hook switch on"';

/** The settings with which ctdb.service calls us. If a command is missing or fails, ctdb goes on all the same. */
export const dropInText = (root: string): string => `${mark}, undone by "ctdb-hook switch off".
[Service]
# An update of CTDB may put its own event daemon back, and 4.25's unit makes no directory for ctdbd's socket.
ExecStartPre=-${join(root, 'bin', 'ctdb-hook')} before-start
# A ctdbd that was killed leaves public addresses here, which another node takes.
ExecStopPost=-${join(root, 'bin', 'ctdb-hook')} after-stop
`;

/** Whether the text is one that earlier versions of the README or of this program had. */
const isEarlierText = (text: string): boolean =>
  text.startsWith(mark) || /^\[Service\]\nEnvironment=CTDB_EVENTD=\S*\/ctdb-eventd\n$/.test(text);

/** What the file is: our present text for the package in this folder, another of ours, something of an administrator's, or missing. */
export function judgeDropIn(systemd: Systemd, root = ''): 'none' | 'current' | 'earlier' | 'theirs' {
  const path = dropInPath(systemd);
  if (!existsSync(path)) return 'none';
  const text = readFileSync(path, 'utf8');
  if (text === dropInText(root)) return 'current';
  return isEarlierText(text) ? 'earlier' : 'theirs';
}

/** Puts the file in place. */
export function putDropIn(systemd: Systemd, root: string): Step {
  const path = dropInPath(systemd);
  return changing(
    systemd,
    `Have systemd prepare each start of ctdb, and take addresses off after each end: ${path}`,
    () => {
      makeDirectory(dirname(path), 0o755);
      inPlace(path, (draft) => {
        writeFileSync(draft, dropInText(root));
      });
    },
  );
}

/** Removes the file, and its directory if nothing else is in it. */
export function removeDropIn(systemd: Systemd): Step {
  const path = dropInPath(systemd);
  return changing(systemd, `Remove ${path}`, () => {
    rmSync(path);
    if (readdirSync(dirname(path)).length === 0) rmdirSync(dirname(path));
  });
}

function changing(systemd: Systemd, what: string, change: () => void): Step {
  const path = dropInPath(systemd);
  let putBack: (() => void) | undefined;
  return {
    what,
    take: async () => {
      const isDirectoryThere = existsSync(dirname(path));
      const before = rememberOccupant(path);
      putBack = () => {
        makeDirectory(dirname(path), 0o755);
        before();
        if (!isDirectoryThere) rmdirSync(dirname(path));
      };
      change();
      await reload(systemd);
    },
    undo: async () => {
      if (putBack === undefined) return;
      putBack();
      await reload(systemd);
    },
  };
}

async function reload({ isRunning }: Systemd): Promise<void> {
  if (isRunning) await mustRun('systemctl', 'daemon-reload');
}

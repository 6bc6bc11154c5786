import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Occupant, occupantOf } from './occupant.ts';
import { stockPathOf } from './stand-in.ts';

/** The event daemon of the package in this folder. */
export const eventdOf = (root: string): string => join(root, 'bin', 'ctdb-eventd');

/** This line marks a starter of any version. */
const mark =
  '# Put here by "ctdb-hook switch on", in the place of CTDB\'s own event daemon; undone by "ctdb-hook switch off".';

/** Every starter is smaller than this. */
const starterBytesMax = 8192;

/**
 * The program in the place of CTDB's event daemon. It is not a link to ours: if our package was removed, CTDB's own has to
 * run, or ctdbd would not start, and this has to be reported. ctdbd passes no output on to the administrator, so logger is
 * used.
 */
export function starterText(stockPath: string, eventd: string): string {
  return `#!/bin/sh
${mark}
ours=${quoted(eventd)}
stock=${quoted(stockPath)}
[ -x "$ours" ] && exec "$ours" "$@"
say() {
	echo "ctdb-eventd: $1" >&2
	logger -t ctdb-eventd -p daemon.err -- "$1" 2>/dev/null
}
if [ -x "$stock" ]; then
	say "ctdb-hook is gone ($ours): CTDB's own event daemon runs, plugins do not"
	exec "$stock" "$@"
fi
say "neither ctdb-hook ($ours) nor CTDB's own event daemon ($stock) is there"
exit 1
`;
}

/** A path in single quotes for sh. */
export const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;

/** The program that a starter has in a variable; undefined if the file is none, or cannot be read. */
export function programOfStarter(path: string, variable: 'ours' | 'hook'): string | undefined {
  try {
    const [, value] = new RegExp(`^${variable}='(.*)'$`, 'm').exec(readFileSync(path, 'utf8')) ?? [];
    return value?.replaceAll("'\\''", "'");
  } catch {
    return undefined;
  }
}

/** Makes the starter. */
export function makeStarter(stockPath: string, eventd: string): (draft: string) => void {
  return (draft) => {
    writeFileSync(draft, starterText(stockPath, eventd), { mode: 0o755 });
  };
}

/** Says whether it is the starter of this event daemon, another of ours or a link to our daemon, or CTDB's. */
export function judgeEventd(
  path: string,
  stockPath: string,
  eventd: string,
): (occupant: Occupant) => 'current' | 'ours' | 'theirs' {
  return (occupant) => {
    if (occupant.kind === 'link') return isEventdLink(path, occupant.target) ? 'ours' : 'theirs';
    if (occupant.kind !== 'file' || occupant.stats.size > starterBytesMax) return 'theirs';
    const text = readFileSync(path, 'utf8');
    if (text === starterText(stockPath, eventd) && (occupant.stats.mode & 0o7777) === 0o755) return 'current';
    return text.split('\n')[1] === mark ? 'ours' : 'theirs';
  };
}

/** Whether a starter of ours or a link to our event daemon is in the place of CTDB's, in a helper directory. */
export function isStarterIn(helperDir: string): boolean {
  const path = join(helperDir, 'ctdb-eventd');
  const occupant = occupantOf(path);
  return occupant.kind !== 'none' && judgeEventd(path, stockPathOf(path), '')(occupant) !== 'theirs';
}

/** Whether a link leads to the event daemon of a ctdb-hook, or dangles and would lead to one. */
function isEventdLink(path: string, target: string): boolean {
  try {
    const file = realpathSync.native(path);
    return basename(file) === 'ctdb-eventd' && basename(dirname(file)) === 'bin';
  } catch {
    return basename(target) === 'ctdb-eventd';
  }
}

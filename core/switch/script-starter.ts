import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { inPlace } from './occupant.ts';
import { quoted } from './starter.ts';
import type { Step } from './steps.ts';

/** The program of the package in this folder, to which links lead. */
export const hookOf = (root: string): string => join(root, 'bin', 'ctdb-hook');

/**
 * The path of the starter. It is below CTDB_BASE and so outside of the package; whoever may write there may write event
 * scripts.
 */
export const scriptStarterPath = (base: string): string => join(base, 'ctdb-hook', 'bin', 'ctdb-hook');

/**
 * The program to which links NN.name.script lead. It is not in the package: while npm replaces that, the links would
 * dangle. CTDB 4.17's event daemon fails every event then, and later ones skip the entry. Without the package, it runs
 * CTDB's own script.
 */
export const scriptStarterText = (hook: string): string => `#!/bin/sh
# Put here by "ctdb-hook script link": runs ctdb-hook, or CTDB's own script while that is being replaced or is gone.
hook=${quoted(hook)}
without_hook() {
	file=\${0##*/}
	for stock in "$0.stock" "/usr/share/ctdb/events/legacy/$file" "/usr/local/share/ctdb/events/legacy/$file"; do
		if [ -x "$stock" ]; then
			echo "ERROR: ctdb-hook is gone ($hook): CTDB's own $file runs in its place"
			exec "$stock" "$@"
		fi
	done
	case \${1-} in
	monitor | startup)
		echo "ERROR: ctdb-hook is gone ($hook), and with it what runs \${file%.script}"
		exit 1
		;;
	esac
	echo "ERROR: ctdb-hook is gone ($hook): \${file%.script} is passed over"
	exit 0
}
if [ -s "$hook" ] && [ -x "$hook" ]; then
	# A shell ends where it cannot read a program to its end, as while npm writes it. dash goes on with its trap then.
	trap 'trap - EXIT; without_hook "$@"' EXIT
	CTDB_HOOK_PROGRAM=$hook
	. "$hook"
fi
without_hook "$@"
`;

/** The steps after which the starter is there and starts the package in this folder. */
export function scriptStarterSteps(path: string, root: string): Step[] {
  const text = scriptStarterText(hookOf(root));
  if (read(path) === text) return [];
  return [
    {
      what: `Put a starter of ctdb-hook, which outlives its package, at ${path}`,
      take: () => {
        makeDirectory(join(path, '..'), 0o755);
        inPlace(path, (draft) => {
          writeFileSync(draft, text, { mode: 0o755 });
        });
      },
      undo: () => undefined, // The starter does no harm, and other links may lead to it.
    },
  ];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

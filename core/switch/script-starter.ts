import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { packageRoot } from '../package/package-root.ts';
import { inPlace } from './occupant.ts';
import { quoted } from './starter.ts';
import type { Step } from './steps.ts';

/** The program that links of this package lead to. */
const ourHook = join(packageRoot, 'bin', 'ctdb-hook');

/** Where the starter is, below CTDB_BASE: outside of the package, and whoever may write there may write event scripts. */
export const scriptStarterPath = (base: string): string => join(base, 'ctdb-hook', 'bin', 'ctdb-hook');

/**
 * The program that links NN.name.script lead to. Not into the package: while npm replaces that the links would dangle, at which
 * CTDB 4.17's event daemon fails each event and later ones pass the entry over. Without the package CTDB's own script runs.
 */
export const scriptStarterText = (hook = ourHook): string => `#!/bin/sh
# Put here by "ctdb-hook script link": starts ctdb-hook, or CTDB's own script while that is being replaced or is gone.
hook=${quoted(hook)}
if [ -s "$hook" ] && [ -x "$hook" ]; then
	export CTDB_HOOK_CALLED_AS="$0"
	exec "$hook" "$@"
fi
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
`;

/** What has to be done for the starter to be there, and to start this very package. */
export function scriptStarterSteps(path: string): Step[] {
  if (read(path) === scriptStarterText()) return [];
  return [
    {
      what: `Put a starter of ctdb-hook, which outlives its package, at ${path}`,
      take: () => {
        makeDirectory(join(path, '..'), 0o755);
        inPlace(path, (draft) => {
          writeFileSync(draft, scriptStarterText(), { mode: 0o755 });
        });
      },
      undo: () => undefined, // It does no harm, and other links may lead to it.
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

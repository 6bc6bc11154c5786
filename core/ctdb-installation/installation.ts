import { askInstallation } from './ask-installation.ts';
import { assumedInstallation } from './assumed-installation.ts';
import {
  findHelperDirectories,
  findOwnHelperDirectory,
  type HelperDirectory,
  possibleHelperDirs,
} from './helper-directories.ts';
import { noteInstallation, readInstallationNote } from './installation-note.ts';
import type { Installation } from './installed-places.ts';

let known: Installation | undefined;

/**
 * The installed CTDB. A process looks once: CTDB was installed before, and its event daemon is started again together with
 * ctdbd.
 */
export function installedCtdb(): Installation {
  known ??= findInstallation(process.env['CTDB_HELPER_BINDIR'] || undefined, possibleHelperDirs());
  return known;
}

/** Takes over what the parent process has found. */
export function takeOverInstallation(found: Installation): void {
  known = found;
}

/**
 * Finds the CTDB by which this process was started, or else the first one. The answers of its programs are kept in our
 * cache directory.
 *
 * @param named the helper directory that is looked at first
 * @param others the helper directories that are looked at then
 */
export function findInstallation(named: string | undefined, others: readonly string[]): Installation {
  const paths = [...(named === undefined ? [] : [named]), ...others];
  const found = findHelperDirectories(paths);
  const [first] = found;
  if (first === undefined) {
    const problem = `No CTDB is installed: looked for its helper programs in ${paths.join(', ')}`;
    return { ...assumedInstallation(), problems: [problem] };
  }
  const chosen = found.length === 1 ? { directory: first, why: [] } : choose(found, first, named);
  const answered = readInstallationNote(chosen.directory) ?? askAndNote(chosen.directory);
  return { ...answered, problems: [...chosen.why, ...answered.problems] };
}

function choose(
  found: readonly HelperDirectory[],
  first: HelperDirectory,
  named: string | undefined,
): { readonly directory: HelperDirectory; readonly why: readonly string[] } {
  const own = findOwnHelperDirectory(found);
  const directory = own ?? first;
  const reason =
    own !== undefined
      ? 'it is the one that started this process'
      : first.path === named
        ? 'CTDB_HELPER_BINDIR says so'
        : 'it comes first; CTDB_HELPER_BINDIR chooses another';
  const all = found.map(({ path }) => path).join(' and ');
  const why = `${found.length} CTDBs are installed, with helpers in ${all}: ${directory.path} is taken, since ${reason}`;
  return { directory, why: [why] };
}

function askAndNote(directory: HelperDirectory): Installation {
  const answered = askInstallation(directory);
  noteInstallation(directory, answered);
  return answered;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildId } from '../package/build-id.ts';
import { cacheDirectory, mayWriteCache } from '../files/cache-directory.ts';
import { identityIfThere, isSettled } from '../files/file-identity.ts';
import { fnv1a } from '../text/fnv1a.ts';
import { replaceFile } from '../files/replace-file.ts';
import type { HelperDirectory } from './helper-directories.ts';
import type { Installation } from './installed-places.ts';

/** How long answers with problems are kept, in milliseconds, so that a program that hangs is not waited for at each event. */
const problemsKeptMs = 60_000;

/** The answers of an installation's programs, and the identities by which the programs are known to be the same. */
interface Note {
  /** The build that wrote it: another one may ask for more. */
  readonly build: string;
  /** Each program with its identity, null for one that was not there. */
  readonly programs: Readonly<Record<string, string | null>>;
  readonly notedAtMs: number;
  readonly installation: Installation;
}

/** What was noted about an installation, if its programs have not changed since. */
export function readInstallationNote(directory: HelperDirectory): Installation | undefined {
  const file = noteFile(directory);
  if (file === undefined) return undefined;
  try {
    const { build, programs, notedAtMs, installation } = JSON.parse(readFileSync(file, 'utf8')) as Note;
    if (build !== buildId || installation.helperDir !== directory.path) return undefined;
    if (JSON.stringify(programs) !== JSON.stringify(identify(directory))) return undefined;
    const ageMs = Date.now() - notedAtMs;
    if (installation.problems.length > 0 && (ageMs < 0 || ageMs > problemsKeptMs)) return undefined;
    return installation;
  } catch {
    return undefined; // There is none, or it was cut short.
  }
}

/** Notes the installation for later processes. */
export function noteInstallation(directory: HelperDirectory, installation: Installation): void {
  const file = noteFile(directory);
  const programs = identify(directory);
  if (
    file === undefined ||
    !mayWriteCache() ||
    !Object.values(programs).every((identity) => identity === null || isSettled(identity))
  )
    return;
  const note: Note = { build: buildId, programs, notedAtMs: Date.now(), installation };
  try {
    replaceFile(file, JSON.stringify(note));
  } catch {
    return; // The next process asks, as this one did.
  }
}

function noteFile({ path }: HelperDirectory): string | undefined {
  const cache = cacheDirectory();
  return cache && join(cache, `ctdb-${fnv1a(path)}`);
}

const identify = ({ path, prefix }: HelperDirectory): Note['programs'] =>
  Object.fromEntries(
    [join(path, 'ctdb-path'), `${prefix ?? ''}/bin/ctdb`].map((program) => [
      program,
      identityIfThere(program) ?? null,
    ]),
  );

import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makeLastDirectory } from '../files/make-directory.ts';
import { isVersionFolder, versionLink } from '../package/installed-root.ts';
import { packageRoot } from '../package/package-root.ts';
import { packagedAs } from '../package/packaged-as.ts';
import { mustRunWithin } from '../switch/program.ts';
import { SwitchError } from '../switch/switch-error.ts';
import { checksumsFile, wrongFiles } from './check-files.ts';

/** Longest time of unpacking, in milliseconds: a few seconds where nothing else runs. */
const unpackMs = 300_000;

/** What installs another version where this one came by a package manager. */
const managers = { deb: 'dpkg or apt', rpm: 'rpm or dnf', none: 'npm' } as const;

/** The folder beside this version in which a tarball's version will lie is only known once it is unpacked; this one holds it until then. */
const draftOf = (link: string): string => join(dirname(link), '.ctdb-hook-unpacked');

/**
 * Unpacks the version in a tarball beside this one. What is there already, whole and the same, is left.
 *
 * @returns its folder
 * @throws SwitchError if it is no tarball of ctdb-hook, is not whole, or another build of that version is there.
 */
export async function unpackVersion(tarball: string): Promise<string> {
  const link = requireTarball();
  const path = resolve(tarball);
  if (!existsSync(path)) throw new SwitchError(`there is no ${path}, expected a tarball of ctdb-hook`);
  const draft = draftOf(link);
  rmSync(draft, { recursive: true, force: true });
  try {
    makeLastDirectory(draft);
    await mustRunWithin(unpackMs, 'tar', '-C', draft, '--no-same-owner', '-xf', path);
    const [name = '', ...others] = readdirSync(draft);
    if (!isVersionFolder(name) || others.length > 0)
      throw new SwitchError(
        `${path} holds ${[name, ...others].join(', ') || 'nothing'}, expected ctdb-hook-VERSION`,
      );
    requireWhole(join(draft, name), path);
    return place(join(draft, name), join(dirname(link), name));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function requireTarball(): string {
  const kind = packagedAs();
  if (kind !== 'tarball')
    throw new SwitchError(
      `${packageRoot} did not come by a tarball: another version is installed by ${managers[kind ?? 'none']}`,
    );
  if (versionLink === undefined)
    throw new SwitchError(
      `versions lie side by side only where each is in a folder ctdb-hook-VERSION, this one is ${basename(packageRoot)}: unpack the new one, and give ctdb-hook install there`,
    );
  return versionLink;
}

function requireWhole(folder: string, path: string): void {
  const wrong = existsSync(join(folder, checksumsFile))
    ? wrongFiles(folder)
    : [`${checksumsFile} is missing`];
  if (wrong.length > 0) throw new SwitchError(`${path} is not whole: ${wrong.slice(0, 3).join(', ')}`);
}

function place(from: string, to: string): string {
  if (!existsSync(to)) {
    renameSync(from, to);
    return to;
  }
  const same = [from, to].map((folder) => join(folder, checksumsFile)).map(textOf);
  if (same[0] !== same[1] || wrongFiles(to).length > 0)
    throw new SwitchError(
      `${to} is there already, and is not what the tarball has: remove it first, if nothing leads there`,
    );
  return to;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

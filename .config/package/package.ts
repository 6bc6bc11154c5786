/**
 * Makes what is installed without npm: a Debian package and a tarball for each processor, with Node and all else in it.
 *
 *   npm run package [-- --arch amd64|arm64] [--only deb|tarball|rpm] [--to DIRECTORY] [--quick]
 *
 * The same commit makes the same bytes, with the same versions of binutils, dpkg and xz.
 */
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { type Architecture, architectures } from './architecture.ts';
import type { Build } from './build-of.ts';
import { makeDeb } from './deb.ts';
import { pathsBelow } from './paths-below.ts';
import { makeProgramTree } from './program-tree.ts';
import { makeRpm } from './rpm.ts';
import { makeTarball } from './tarball.ts';

const root = join(import.meta.dirname, '../..');

/** What a storage node has to have room for. A third of the files are the types that the author of a plugin compiles against. */
const most = { packedBytes: 35_000_000, unpackedBytes: 120_000_000, files: 250 } as const;

const kinds = { deb: makeDeb, tarball: makeTarball, rpm: makeRpm } as const;

const { values } = parseArgs({
  options: {
    arch: { type: 'string' },
    only: { type: 'string' },
    to: { type: 'string', default: join(root, 'packages') },
    quick: { type: 'boolean', default: false },
  },
});

const to = resolve(values.to);

function chosen<T>(all: readonly T[], wanted: string | undefined, nameOf: (each: T) => string): readonly T[] {
  const found = wanted === undefined ? all : all.filter((each) => nameOf(each) === wanted);
  if (found.length === 0) throw new Error(`"${wanted}": expected ${all.map(nameOf).join(' or ')}`);
  return found;
}

async function make(kind: keyof typeof kinds, architecture: Architecture): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-package-'));
  try {
    const tree = await makeProgramTree(directory, architecture, kind);
    const [unpackedBytes, files] = sizeOf(tree.program, tree.share);
    const version = debianVersion();
    const seconds = await sourceSeconds();
    const folderName = `ctdb-hook-${version}`;
    const build: Build = {
      tree,
      architecture,
      version,
      folderName,
      seconds,
      isQuick: values.quick,
      directory,
      to,
    };
    const path = await kinds[kind](build);
    const packedBytes = statSync(path).size;
    console.log(`${path}: ${megabytes(packedBytes)}, unpacked ${megabytes(unpackedBytes)} in ${files} files`);
    const over = Object.entries({ ...(values.quick ? {} : { packedBytes }), unpackedBytes, files }).filter(
      ([name, value]) => value > most[name as keyof typeof most],
    );
    if (over.length > 0)
      throw new Error(`${path} has ${over.map(([name, value]) => `${value} ${name}`).join(', ')}: too much`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** The bytes and the number of all files below folders. */
function sizeOf(...folders: readonly string[]): readonly [bytes: number, files: number] {
  const sizes = folders.flatMap((folder) =>
    pathsBelow(folder)
      .map((path) => lstatSync(join(folder, path)))
      .filter((stats) => stats.isFile())
      .map(({ size }) => size),
  );
  return [sizes.reduce((sum, size) => sum + size, 0), sizes.length];
}

/** The version as Debian and RPM order it: what comes before a release has a tilde. */
function debianVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version.replace('-', '~');
}

/** The time of the commit, in seconds since 1970: reproducible-builds.org/specs/source-date-epoch. */
async function sourceSeconds(): Promise<number> {
  const given = process.env['SOURCE_DATE_EPOCH'];
  const text = given ?? (await execa('git', ['log', '-1', '--format=%ct'], { cwd: root })).stdout;
  if (!/^\d{1,11}$/.test(text))
    throw new Error(`SOURCE_DATE_EPOCH is "${text}", expected seconds since 1970`);
  return Number(text);
}

mkdirSync(to, { recursive: true });
for (const architecture of chosen(architectures, values.arch, ({ debian }) => debian))
  for (const kind of chosen(
    ['deb', 'tarball', ...(values.only === 'rpm' ? ['rpm'] : [])] as const,
    values.only,
    (name) => name,
  ))
    await make(kind as keyof typeof kinds, architecture);

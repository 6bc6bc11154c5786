import { execa } from 'execa';
import type { Architecture } from './architecture.ts';

/** Debian's packages with the libraries, and from which version on they have a set of symbols, by the name of that set. */
const providers: readonly {
  readonly packageName: string;
  readonly symbols: RegExp;
  readonly versionOf: (version: string) => string | undefined;
}[] = [
  { packageName: 'libc6', symbols: /^GLIBC_(2\.[\d.]+)$/, versionOf: (version) => version },
  { packageName: 'libgcc-s1', symbols: /^GCC_([\d.]+)$/, versionOf: (version) => version },
  // Which release of GCC brought them: gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html.
  {
    packageName: 'libstdc++6',
    symbols: /^GLIBCXX_3\.4\.?(\d*)$/,
    versionOf: (minor) => gccOfGlibcxx(Number(minor)),
  },
  {
    packageName: 'libstdc++6',
    symbols: /^CXXABI_1\.3\.?(\d*)$/,
    versionOf: (minor) => gccOfCxxabi(Number(minor)),
  },
];

const gccOfGlibcxx = (minor: number): string | undefined =>
  minor <= 20
    ? '4.9'
    : { 21: '5', 22: '6', 23: '7', 24: '7.2', 25: '8', 26: '9', 28: '9.3', 29: '11', 30: '12' }[minor];

const gccOfCxxabi = (minor: number): string | undefined =>
  minor <= 8 ? '4.9' : { 9: '5', 10: '6', 11: '7', 12: '9', 13: '11' }[minor];

/**
 * What binaries need of the system's libraries, as a list for `Depends`: computed from the versions of the symbols that they import.
 *
 * @throws Error if a symbol's version is of a library that is not known here, or newer than is known.
 */
export async function neededLibraries(
  binaries: readonly string[],
  { triplet }: Architecture,
): Promise<string> {
  const needed = new Map<string, string>();
  for (const binary of binaries) {
    const { stdout } = await execa(`${triplet}-readelf`, ['-W', '-V', binary]);
    const [, imported = ''] = stdout.split(/^Version needs section/m);
    for (const [, symbols = ''] of imported.matchAll(/ Name: (\S+) /g)) {
      const [packageName, version] = providerOf(symbols, binary);
      if (isNewer(version, needed.get(packageName) ?? '0')) needed.set(packageName, version);
    }
  }
  return [...needed]
    .map(([name, version]) => `${name} (>= ${version})`)
    .sort()
    .join(', ');
}

function providerOf(symbols: string, binary: string): readonly [packageName: string, version: string] {
  for (const { packageName, symbols: pattern, versionOf } of providers) {
    const match = pattern.exec(symbols);
    const version = match === null ? undefined : versionOf(match[1] ?? '');
    if (version !== undefined) return [packageName, version];
  }
  throw new Error(`${binary} imports ${symbols}: it is not known which Debian package has that`);
}

const isNewer = (one: string, other: string): boolean =>
  one.localeCompare(other, 'en', { numeric: true, sensitivity: 'base' }) > 0;

/** A release of CTDB: what its scripts and daemons do differs from one to the next. */
export interface Release {
  /** As `ctdb version` says, such as `4.17.12-Debian`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  /** Whether it is this release or a later one: `release.isFrom(4, 22)`. One before a release counts as that. */
  isFrom(this: void, major: number, minor: number): boolean;
}

/** What `ctdb version` begins with. */
const numbers = /^(\d{1,4})\.(\d{1,4})(?!\d)/;

/** Reads a release as `ctdb version` says it; undefined if that begins otherwise than with two numbers. */
export function parseRelease(text: string): Release | undefined {
  const [, major, minor] = numbers.exec(text) ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : releaseOf(text, Number(major), Number(minor));
}

function releaseOf(text: string, major: number, minor: number): Release {
  const isFrom: Release['isFrom'] = (fromMajor, fromMinor) =>
    major > fromMajor || (major === fromMajor && minor >= fromMinor);
  return Object.freeze({ text, major, minor, isFrom });
}

/** The newest release that this was tried with. One that is not known counts as this. */
export const newestTried: Release = releaseOf('4.25', 4, 25);

/** What there is to say of a release that nobody has tried this with. */
export function newsOf(release: Release): string | undefined {
  const { major, minor } = newestTried;
  if (!release.isFrom(major, minor + 1)) return undefined;
  return `CTDB ${release.text} is newer than all that this was tried with: it is taken to behave as ${newestTried.text}`;
}

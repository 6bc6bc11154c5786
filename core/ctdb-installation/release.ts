/** A release of CTDB. Its scripts and daemons differ from those of other releases. */
export interface Release {
  /** As `ctdb version` says, such as `4.17.12-Debian`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  /** Whether it is this release or a later one: `release.isFrom(4, 22)`. A pre-release counts as the release. */
  isFrom(this: void, major: number, minor: number): boolean;
}

/** The beginning of the output of `ctdb version`. */
const numbers = /^(\d{1,4})\.(\d{1,4})(?!\d)/;

/** Reads a release in the form of `ctdb version`. Undefined if it does not begin with two numbers. */
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

/** The newest release with which this was tried. An unknown release counts as this one. */
export const newestTried: Release = releaseOf('4.25', 4, 25);

/** A message for a release with which nobody has tried this. */
export function newsOf(release: Release): string | undefined {
  const { major, minor } = newestTried;
  if (!release.isFrom(major, minor + 1)) return undefined;
  return `CTDB ${release.text} is newer than all that this was tried with: it is taken to behave as ${newestTried.text}`;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** The kinds of packages that have everything in them. */
const kinds = ['deb', 'rpm', 'tarball'] as const;

/**
 * What this package is part of: a Debian or RPM package, whose manager has the links to it, or a tarball. Undefined if npm has put it
 * here, or it is a checkout. @throws Node's error if package.json cannot be read.
 */
export function packagedAs(): (typeof kinds)[number] | undefined {
  const { packagedAs: kind } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    packagedAs?: unknown;
  };
  return kinds.find((each) => each === kind);
}

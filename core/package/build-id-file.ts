import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { versionLink } from './installed-root.ts';
import { packageRoot } from './package-root.ts';

/**
 * The file in which the build writes its id: of the version that others reach now, which is another one once an upgrade has
 * renamed the link to it.
 */
export const buildIdFile = join(
  versionLink !== undefined && existsSync(versionLink) ? versionLink : packageRoot,
  'dist',
  'build-id',
);

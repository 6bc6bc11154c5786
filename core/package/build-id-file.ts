import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** The file in which the build writes its id. */
export const buildIdFile = join(packageRoot, 'dist', 'build-id');

import { fileURLToPath } from 'node:url';

/** The folder of this package: the build keeps every file that asks one level below it, as the sources are. */
export const packageRoot: string = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';

const modules = join(packageRoot, 'node_modules');
const hide = `for d in ${modules}/koffi ${modules}/@koromix; do mount -t tmpfs none "$d" || exit 9; done; exec "$@"`;

/** What to put before a command of this checkout that is to find no koffi; for root. */
export const withoutKoffi = ['unshare', '--mount', 'sh', '-c', hide, 'sh'] as const;

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';

/** The names of the built-in plugins, a folder each; beside them is their authors' guide. */
export const builtinPlugins: readonly string[] = readdirSync(join(packageRoot, 'plugins')).filter((name) =>
  /^\d\d\./.test(name),
);

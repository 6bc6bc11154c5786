import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From this file to the package: the build puts every file that asks one level below it. */
const up = import.meta.url.endsWith('.ts') ? '../..' : '..';

/**
 * Where this program's own files are: in the package, or in the copy of it that a running event daemon keeps.
 */
export const programRoot: string = fileURLToPath(new URL(up, import.meta.url)).replace(/\/$/, '');

/** In a copy of the package: the file that says where the package was. */
export const originFile = 'package-root';

/** The folder of this package as it is installed, or was when the copy was made. */
export const packageRoot: string = originOf(programRoot) ?? programRoot;

function originOf(root: string): string | undefined {
  try {
    return readFileSync(join(root, originFile), 'utf8');
  } catch {
    return undefined; // It is the package itself.
  }
}

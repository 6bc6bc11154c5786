import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { installedRoot } from '../package/installed-root.ts';
import { packageRoot } from '../package/package-root.ts';
import type { Installation } from './project-texts.ts';

/** In dist: the settings of a compiler for projects of plugins. The build makes it. */
const settingsFile = 'dist/tsconfig.plugin.json';

/** In dist: the versions of npm's packages with which projects of plugins are compiled. */
const versionsFile = 'dist/plugin-project.json';

/**
 * What a project in this folder, which need not be there, has to know of this package: it is in the project's own node_modules, or
 * somewhere else on this machine.
 *
 * @param path the PATH of the one who calls
 * @throws Node's error if a file of this package cannot be read
 */
export function findInstallation(folder: string, path: string): Installation {
  const { typescript = '', '@types/node': nodeTypes = '' } = JSON.parse(
    readFileSync(join(packageRoot, versionsFile), 'utf8'),
  ) as Record<string, string>;
  const own = ownPackage(folder);
  if (own !== undefined) {
    const settings = `./${join(relative(folder, own), settingsFile)}`.replace('./../', '../');
    return { settings, command: 'npx ctdb-hook', inScripts: 'ctdb-hook', typescript, nodeTypes };
  }
  const command = isInPath(path) ? 'ctdb-hook' : join(installedRoot, 'bin/ctdb-hook');
  return { settings: join(installedRoot, settingsFile), command, inScripts: command, typescript, nodeTypes };
}

/** The way to this package through the node_modules of a project, which are in its folder or in one above it. */
function ownPackage(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, 'node_modules/ctdb-hook');
    if (isSame(found, packageRoot)) return found;
    if (at === dirname(at)) return undefined;
  }
}

/** Whether the command is this package's. What npm and npx put in front of PATH is not there for who types it. */
const isInPath = (path: string): boolean => {
  const folders = path.split(delimiter).filter((each) => each !== '' && !each.endsWith('/node_modules/.bin'));
  const first = folders.map((each) => join(each, 'ctdb-hook')).find((each) => existsSync(each));
  return first !== undefined && isSame(first, join(packageRoot, 'bin/ctdb-hook'));
};

function isSame(path: string, real: string): boolean {
  try {
    return realpathSync(path) === realpathSync(real);
  } catch {
    return false; // There is none.
  }
}

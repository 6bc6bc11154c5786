import { installedCtdb, takeOverInstallation } from './installation.ts';
import type { Installation } from './installed-places.ts';

/** The variable by which a process tells its children which CTDB it has found. */
const variable = 'CTDB_HOOK_INSTALLATION';

/** The environment for a child that should take over which CTDB this process has found. */
export function handOverInstallation(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, [variable]: JSON.stringify(installedCtdb()) };
}

/** Takes over what the parent process has found, if it has set the variable, and removes the variable. */
export function takeInstallation(): void {
  const text = process.env[variable];
  if (text === undefined) return;
  Reflect.deleteProperty(process.env, variable);
  takeOverInstallation(JSON.parse(text) as Installation);
}

import { installedCtdb, takeOverInstallation } from './installation.ts';
import type { Installation } from './installed-places.ts';

/** The variable in which a process tells one that it starts which CTDB it has found. */
const variable = 'CTDB_HOOK_INSTALLATION';

/** The environment for a process that is to take over which CTDB this one has found. */
export function handOverInstallation(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, [variable]: JSON.stringify(installedCtdb()) };
}

/** Takes over what the process that started this one has found, if it did, and leaves nothing for those started here. */
export function takeInstallation(): void {
  const text = process.env[variable];
  if (text === undefined) return;
  Reflect.deleteProperty(process.env, variable);
  takeOverInstallation(JSON.parse(text) as Installation);
}

import { healthy, notAvailable, unhealthy, type Context, type Health } from 'ctdb-hook';
import { findValues } from './testparm.ts';

/** Checks that every share's directory is there; those with a `%` differ from user to user and are left out. */
export async function checkShares(settings: string, { files }: Context): Promise<Health> {
  const missing = await files.findMissingDirectory(shareDirectories(settings));
  return missing === undefined ? healthy : unhealthy(notAvailable('samba', missing));
}

/** The directories of the shares that are the same for every user. */
export const shareDirectories = (settings: string): readonly string[] =>
  findValues(settings, 'path')
    .map((path) => path.replaceAll('"', ''))
    .filter((path) => path !== '' && !path.includes('%'));

import { findUnavailable, healthy, unhealthy, type Context, type Health } from 'ctdb-hook';
import type { Options } from './options.ts';
import { shareDirectories } from './shares.ts';

/** Checks off the event's path that every share's directory is there. */
export async function checkSampledShares(settings: string, context: Context<Options>): Promise<Health> {
  const unavailable = await findUnavailable(context, 'samba', shareDirectories(settings));
  return unavailable === undefined ? healthy : unhealthy(unavailable);
}

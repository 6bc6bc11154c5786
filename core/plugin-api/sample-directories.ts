import * as z from 'zod';
import type { Context } from './context.ts';

/** The state of directories. */
export interface SampledDirectories {
  /** The first directory that is missing. */
  readonly missing: string | undefined;
  /** The directories that do not answer, and since when. */
  readonly stuck: readonly { readonly path: string; readonly since: Date }[];
}

/**
 * Looks for directories off the event's path, at this interval in seconds.
 *
 * The plugin's state keeps since when a directory is stuck, as `stuckDirectories`.
 */
export async function sampleDirectories(
  context: Context,
  paths: readonly string[],
  intervalSeconds: number,
): Promise<SampledDirectories> {
  const found = paths.length === 0 ? nothing : await sampleFindings(context, paths, intervalSeconds);
  const remembered = StuckDirectories.safeParse(context.state['stuckDirectories']).data ?? {};
  const before = new Map(Object.entries(remembered));
  const now = new Date().toISOString();
  const since = Object.fromEntries(found.stuck.map((path) => [path, before.get(path) ?? now]));
  if (found.stuck.length > 0) context.state['stuckDirectories'] = since;
  else delete context.state['stuckDirectories'];
  const stuck = Object.entries(since).map(([path, when]) => ({ path, since: new Date(when) }));
  return { missing: found.missing[0], stuck };
}

const nothing = { missing: [], stuck: [] } as const;

const StuckDirectories = z.record(z.string(), z.iso.datetime());

/** How long the look at all directories may take, in milliseconds. Each one that does not answer takes some seconds. */
const timeoutMs = 60_000;

async function sampleFindings({ sample, log }: Context, paths: readonly string[], intervalSeconds: number) {
  const intervalMs = 1000 * intervalSeconds;
  const limits = { intervalMs, timeoutMs, staleMs: intervalMs + 2 * timeoutMs };
  const sampled = await sample(`directories ${paths.join('\0')}`, limits, async ({ findDirectories }) => {
    const { missing, stuck } = await findDirectories(paths);
    return { ok: missing.length === 0 && stuck.length === 0, missing, stuck };
  });
  if (sampled.kind === 'answered') return sampled.answer;
  log(
    `WARNING: looking for ${paths.length} directories has not come to an end since ${sampled.since.toISOString()}`,
  );
  return sampled.last ?? nothing;
}

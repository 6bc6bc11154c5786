import { dirname } from 'node:path';
import type { Entry } from '../entries/entry.ts';
import { ctdbTcpReset, type TcpReset } from '../network/tcp-reset.ts';
import { isTcpManner } from '../plugin/check-definition.ts';
import { Failure } from '../plugin/failure.ts';
import type { TcpManner } from '../plugin/plugin.ts';
import type { Deadline } from '../process/deadline.ts';
import type { LoadedEntryPlugin } from './entry-plugin.ts';
import { explain } from './explain.ts';
import { optionsInForce } from './options-in-force.ts';

/** Whose manners are asked for, and within which limits. */
export interface TcpMannersRequest {
  readonly entries: readonly Entry[];
  /** Gives the plugin of an entry, or throws why there is none. */
  readonly load: (entry: Entry) => Promise<LoadedEntryPlugin>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
}

/**
 * How connections are reset, by port: the enabled plugins declare it with `tcp`; for all other ports it is CTDB's way.
 *
 * A plugin that cannot be asked is reported and leaves its ports to CTDB's manner: a release must not fail for it.
 */
export async function collectTcpManners(request: TcpMannersRequest): Promise<TcpReset> {
  const byPort = new Map<number, TcpManner['reset']>();
  for (const entry of request.entries) {
    if (entry.kind !== 'plugin' || entry.disabled !== undefined) continue;
    try {
      const manner = await mannerOf(entry, request);
      for (const port of manner?.ports ?? []) byPort.set(port, manner?.reset ?? ctdbTcpReset(port));
    } catch (error) {
      request.report(`WARNING: tcp of ${entry.name} is not known: ${explain(error, undefined)}`);
    }
  }
  return (port) => byPort.get(port) ?? ctdbTcpReset(port);
}

async function mannerOf(entry: Entry, request: TcpMannersRequest): Promise<TcpManner | undefined> {
  const { plugin } = await request.load(entry);
  if (typeof plugin.tcp !== 'function') return plugin.tcp;
  const { options } = await optionsInForce({
    ...request,
    event: 'releaseip',
    say: request.report,
    name: entry.name,
    plugin,
    directory: dirname(entry.path),
  });
  const manner: unknown = plugin.tcp(options);
  if (isTcpManner(manner)) return manner;
  throw new Failure(
    `it is ${JSON.stringify(manner)}, expected { ports: [2049], reset: 'both-ends' or 'server-end' }`,
  );
}

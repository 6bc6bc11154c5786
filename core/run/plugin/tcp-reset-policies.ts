import { dirname } from 'node:path';
import type { Entry } from '../../event-directory/entry.ts';
import { defaultTcpReset, type TcpReset } from '../../network/tcp-reset.ts';
import { isTcpResetPolicy } from '../../plugin-loading/check-definition.ts';
import { Failure } from '../../plugin-api/failure.ts';
import type { TcpResetPolicy } from '../../plugin-api/plugin.ts';
import type { Deadline } from '../../process/deadline.ts';
import type { LoadedEntryPlugin } from './entry-plugin.ts';
import { describeError } from '../describe-error.ts';
import { optionsInForce } from '../options/options-in-force.ts';

/** The plugins whose policies are wanted, and the limits. */
export interface TcpResetPoliciesRequest {
  readonly entries: readonly Entry[];
  /** Gives the plugin of an entry, or throws why there is none. */
  readonly load: (entry: Entry) => Promise<LoadedEntryPlugin>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
}

/**
 * How connections are reset, by port: the enabled plugins declare it with `tcp`; for all other ports it is our default.
 *
 * A plugin that cannot be asked is reported and leaves its ports to the default: a release must not fail for it.
 */
export async function collectTcpResetPolicies(request: TcpResetPoliciesRequest): Promise<TcpReset> {
  const byPort = new Map<number, TcpResetPolicy['reset']>();
  for (const entry of request.entries) {
    if (entry.kind !== 'plugin' || entry.disabled !== undefined) continue;
    try {
      const policy = await policyOf(entry, request);
      if (policy === undefined) continue;
      for (const port of policy.ports) byPort.set(port, policy.reset);
    } catch (error) {
      request.report(`WARNING: tcp of ${entry.name} is not known: ${describeError(error, undefined)}`);
    }
  }
  return (port, isTickled) => byPort.get(port) ?? defaultTcpReset(port, isTickled);
}

async function policyOf(entry: Entry, request: TcpResetPoliciesRequest): Promise<TcpResetPolicy | undefined> {
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
  const policy: unknown = plugin.tcp(options);
  if (isTcpResetPolicy(policy)) return policy;
  throw new Failure(
    `it is ${JSON.stringify(policy)}, expected { ports: [2049], reset: 'both-ends' or 'server-end' }`,
  );
}

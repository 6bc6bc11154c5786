import { dirname } from 'node:path';
import type { Entry } from '../../event-directory/entry.ts';
import { isTcpResetPolicy } from '../../plugin-loading/check-definition.ts';
import { Failure } from '../../plugin-api/failure.ts';
import type { TcpResetPolicy } from '../../plugin-api/plugin.ts';
import { optionsInForce, type OptionsInForceRequest, type Sourced } from '../options/options-in-force.ts';
import type { LoadedEntryPlugin } from './entry-plugin.ts';

/** Where a plugin and its options are found, and the limits. */
export interface TcpResetPolicyRequest
  extends Sourced, Pick<OptionsInForceRequest, 'environment' | 'deadline' | 'signal' | 'paths'> {
  /** Gives the plugin of an entry, or throws why there is none. */
  readonly load: (entry: Entry) => Promise<Pick<LoadedEntryPlugin, 'plugin'>>;
  readonly report: (message: string) => void;
}

/**
 * How a plugin has connections to its ports reset, with the options that it would run with now. Undefined if it does not say.
 *
 * @throws why it cannot be asked, or answers something else.
 */
export async function tcpResetPolicyOf(
  entry: Entry,
  request: TcpResetPolicyRequest,
): Promise<TcpResetPolicy | undefined> {
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

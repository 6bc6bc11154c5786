/**
 * Raises one event in the source form of a built-in plugin, in this process: `raise-event.ts NN.name EVENT [ARG ...]`.
 * RAISE_NETWORK_NAME has the plugin take the network for that of this name. With RAISE_AGAIN the event is raised once more,
 * by the same host as it were, where no program can be found. With RAISE_FOR_MS it is cancelled after that time.
 */
import type { Network } from '../../core/network/network.ts';
import { Sampler } from '../../core/run/sampling/sampler.ts';
import { raisePlugin } from './raise-plugin.ts';

const [plugin = '', ...event] = process.argv.slice(2);
const {
  RAISE_NETWORK_NAME: networkName,
  RAISE_AGAIN: again,
  RAISE_FOR_MS: forMs,
  ...environment
} = process.env;
using sampler = new Sampler();
for (const PATH of again === undefined ? [environment['PATH']] : [environment['PATH'], '/nonexistent']) {
  const { status, output } = await raisePlugin(plugin, event, {
    environment: { ...environment, PATH },
    ...(forMs === undefined ? {} : { signal: AbortSignal.timeout(Number(forMs)) }),
    ...(networkName === undefined ? {} : { networkName: networkName as Network['name'], sampling: sampler }),
  });
  process.stdout.write(output);
  process.exitCode = status;
}

/**
 * Raises one event in the source form of a built-in plugin, in this process: `raise-event.ts NN.name EVENT [ARG ...]`.
 * RAISE_NETWORK_NAME has the plugin take the network for that of this name.
 */
import type { Network } from '../../core/network/network.ts';
import { raisePlugin } from './raise-plugin.ts';

const [plugin = '', ...event] = process.argv.slice(2);
const { RAISE_NETWORK_NAME: networkName, ...environment } = process.env;
const { status, output } = await raisePlugin(plugin, event, {
  environment,
  ...(networkName === undefined ? {} : { networkName: networkName as Network['name'] }),
});
process.stdout.write(output);
process.exitCode = status;

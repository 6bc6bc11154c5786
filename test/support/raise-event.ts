/** Raises one event in the source form of a built-in plugin, in this process: `raise-event.ts NN.name EVENT [ARG ...]`. */
import { raisePlugin } from './raise-plugin.ts';

const [plugin = '', ...event] = process.argv.slice(2);
const { status, output } = await raisePlugin(plugin, event, { environment: process.env });
process.stdout.write(output);
process.exitCode = status;

/**
 * Raises events in the source form of a built-in plugin, in this process, as standard input says, one a line: `["takeip", "v0", ...]`.
 * Answers each with a line `{"status":0,"output":"..."}`.
 */
import { createInterface } from 'node:readline';
import { raisePlugin } from './raise-plugin.ts';

const [plugin = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const raised = await raisePlugin(plugin, JSON.parse(line) as string[], { environment: process.env });
  process.stdout.write(`${JSON.stringify(raised)}\n`);
}

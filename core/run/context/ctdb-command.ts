import { readPublicAddresses } from '../../ctdb/public-addresses.ts';
import type { Context, Paths } from '../../plugin/context.ts';
import type { Environment } from '../../process/environment.ts';
import type { Commands } from './commands.ts';

/** Makes `ctdb`: the command `$CTDB`, which like CTDB's scripts we take for words, else `ctdb`. */
export function createCtdb({ run, act }: Commands, paths: Paths, environment: Environment): Context['ctdb'] {
  const command = String(environment['CTDB'] ?? '') || 'ctdb';
  const [file = 'ctdb', ...words] = command.split(/\s+/).filter((word) => word !== '');
  return {
    command,
    ask: (...args) => run([file, ...words, ...args]),
    tell: (args, options) => act([file, ...words, ...args], options),
    publicAddresses: () => readPublicAddresses(paths.base),
  };
}

import { readPublicAddresses } from '../../ctdb/public-addresses.ts';
import type { Context, Paths } from '../../plugin/context.ts';
import type { Environment } from '../../process/environment.ts';
import type { Commands } from './commands.ts';

/** What the ctdb command is made from. */
export interface CtdbSetting extends Commands {
  readonly paths: Paths;
  readonly environment: Environment;
  readonly log: (text: string) => void;
}

/** Makes `ctdb`: the command `$CTDB`, which like CTDB's scripts we take for words, else `ctdb`. */
export function createCtdb({ run, act, paths, environment, log }: CtdbSetting): Context['ctdb'] {
  const command = String(environment['CTDB'] ?? '') || 'ctdb';
  const [file = 'ctdb', ...words] = command.split(/\s+/).filter((word) => word !== '');
  const ask: Context['ctdb']['ask'] = (...args) => run([file, ...words, ...args]);
  const publicAddresses = () => readPublicAddresses(paths.base);

  const askRows: Context['ctdb']['askRows'] = async (...args) => {
    const { ok, stdout, stderr } = await ask('-X', ...args);
    if (stderr !== '') log(stderr);
    return ok ? rowsOf(stdout) : undefined;
  };

  return {
    command,
    ask,
    askRows,
    tell: (args, options) => act([file, ...words, ...args], options),
    publicAddresses,
    async publicInterfaces() {
      const configured = (await publicAddresses())?.addresses.flatMap(({ ifaces }) => ifaces) ?? [];
      const known = (await askRows('ifaces')) ?? [];
      return [...new Set([...configured, ...known.flatMap(([name]) => name ?? [])])].sort();
    },
  };
}

/** Reads a heading and rows `|a|b|c|`. */
function rowsOf(table: string): string[][] {
  const [, ...rows] = table.split('\n').filter((line) => line !== '');
  return rows.map((row) => row.split('|').slice(1, -1));
}

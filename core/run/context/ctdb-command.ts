import { ctdbWords, defaultCtdb } from '../../ctdb/ctdb-words.ts';
import type { FilesSeen } from '../../ctdb/files-seen.ts';
import { readPublicAddresses } from '../../ctdb/public-addresses.ts';
import { askCtdbd } from '../../ctdbd/ask-ctdbd.ts';
import { changeOf, questionOf, type Control } from '../../ctdbd/controls.ts';
import type { CommandOutcome, Context, Paths } from '../../plugin/context.ts';
import type { Environment } from '../../process/environment.ts';
import type { Commands } from './commands.ts';

/** What the ctdb command is made from. */
export interface CtdbSetting extends Commands {
  readonly paths: Paths;
  readonly environment: Environment;
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
  /** What was seen of files for others. */
  readonly seen: FilesSeen;
  /** Where ctdbd listens, to be asked without the command where we know how; the command answers otherwise. */
  readonly socket?: string | undefined;
}

/** Makes `ctdb`: the command `$CTDB`, which like CTDB's scripts we take for words, else `ctdb`. */
export function createCtdb({
  run,
  act,
  paths,
  environment,
  log,
  signal,
  seen,
  socket,
}: CtdbSetting): Context['ctdb'] {
  const command = environment['CTDB'] || defaultCtdb;
  // Another command than CTDB's own may do something else.
  const directly = async (control: Control | undefined): Promise<CommandOutcome | undefined> => {
    if (control === undefined || socket === undefined || command !== defaultCtdb) return undefined;
    const stdout = await askCtdbd(socket, control, signal);
    return stdout === undefined ? undefined : { ended: 'exited', ok: true, code: 0, stdout, stderr: '' };
  };
  const program = ctdbWords(environment);
  const ask: Context['ctdb']['ask'] = async (...args) =>
    (await directly(questionOf(args))) ?? run([...program, ...args]);
  const publicAddresses = () => readPublicAddresses(paths.base, seen);

  const askRows: Context['ctdb']['askRows'] = async (...args) => {
    const { ok, stdout, stderr } = await ask('-X', ...args);
    if (stderr !== '') log(stderr);
    return ok ? rowsOf(stdout) : undefined;
  };

  return {
    command,
    ask,
    askRows,
    tell: async (args, options) => (await directly(changeOf(args))) ?? act([...program, ...args], options),
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

import { ctdbWords } from '../ctdb-installation/ctdb-words.ts';
import { parsePnn } from '../ctdb-output/parse-pnn.ts';
import { tableRows } from '../ctdb-output/table-rows.ts';
import { canonicalIp } from '../events/address.ts';
import { deadlineIn } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import type { CommandOutcome } from '../process/command-outcome.ts';
import { describeEnd } from '../process/describe-end.ts';
import { runCommand } from '../process/run-command.ts';
import type { CtdbView, NoAnswer } from './views.ts';

/** How long one question to ctdbd may take, in milliseconds. ctdb(1) itself stops after 10 s. */
const askTimeoutMs = 12_000;

/** Most that is read from the command: an address takes about 20 bytes. */
const outputBytesMax = 4 * 1024 * 1024;

/** What commands of CTDB are run with. */
export interface CtdbCommand {
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Runs a command of CTDB to its end, or until its timeout. */
export function runCtdb(
  { environment, signal }: CtdbCommand,
  args: readonly string[],
  timeoutMs = askTimeoutMs,
): Promise<CommandOutcome> {
  return runCommand(
    { command: [...ctdbWords(environment), ...args], environment, group: 'inherited', streams: 'two' },
    { deadline: deadlineIn(timeoutMs), signal, outputBytesMax },
  );
}

/** How a command of CTDB failed, in words. */
export function describeCommandFailure(args: readonly string[], outcome: CommandOutcome): string {
  const said = (outcome.stderr.trim() || outcome.stdout.trim()).replaceAll('\n', '; ').slice(0, 300);
  return `ctdb ${args.join(' ')} ${describeEnd(outcome)}${said === '' ? '' : `: ${said}`}`;
}

/** Asks ctdbd which node hosts which public address. Equivalent to: `ctdb pnn; ctdb -X ip`. Never rejects. */
export async function askCtdb(command: CtdbCommand): Promise<CtdbView | NoAnswer> {
  const asked = await runCtdb(command, ['pnn']);
  if (!asked.ok) return { why: describeCommandFailure(['pnn'], asked) };
  const pnn = parsePnn(asked.stdout);
  if (pnn === undefined)
    return { why: `ctdb pnn says ${quoted(asked.stdout)}, expected the number of a node` };
  const table = await runCtdb(command, ['-X', 'ip']);
  if (!table.ok) return { why: describeCommandFailure(['-X', 'ip'], table) };
  const hosts = parseHosts(table.stdout);
  return 'why' in hosts ? hosts : { pnn, hosts };
}

/** Reads a heading and rows `|IP|NODE|`. Newer versions may add columns. */
export function parseHosts(table: string): ReadonlyMap<string, number> | NoAnswer {
  const hosts = new Map<string, number>();
  for (const { line, cells } of tableRows(table)) {
    const [text = '', node = ''] = cells;
    const ip = canonicalIp(text);
    if (ip === undefined || !/^-?\d{1,9}$/.test(node))
      return { why: `ctdb -X ip says ${quoted(line)}, expected |IP|NODE|` };
    hosts.set(ip, Number(node));
  }
  return hosts;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 100));

import { closeSync, openSync } from 'node:fs';
import { plainOrBytes } from '../../text/bytes-as-text.ts';
import { Failure } from '../../plugin-api/failure.ts';
import type { Act, Command } from '../../plugin-api/context.ts';
import type { Environment } from '../../process/environment.ts';
import { startBackground, type BackgroundRequest } from '../../process/start-background.ts';

/** CTDB's log where ctdbd did not say where it logs: `file:` at LOGDIR of its build, as its functions file has it. */
const defaultLog = '/var/log/ctdb/log.ctdb';

/** Prints what it reads to the system log; `$1` is the tag, the rest the command. */
const throughLogger = 'tag=$1; shift; "$@" 2>&1 | logger -t "$tag"';

/**
 * Starts a command that outlives the event and never holds its output open. What it says goes where ctdbd logs:
 * ctdbd exports its `[logging] location` as CTDB_LOGGING to what it starts.
 *
 * @throws Failure if it does not start.
 */
export async function startInBackground(
  { plugin, environment }: { readonly plugin: string; readonly environment: Environment },
  command: Command,
  { environment: more = {}, quiet = false }: Parameters<Act['background']>[1] = {},
): Promise<void> {
  const where = quiet ? { command, output: 'nowhere' as const } : destination(plugin, environment, command);
  const started = await startBackground({ ...where, environment: { ...environment, ...more } });
  if (started.kind === 'not-started')
    throw new Failure(`Cannot start ${command[0]} in the background: ${started.code}`);
}

function destination(
  plugin: string,
  environment: Environment,
  command: Command,
): Pick<BackgroundRequest, 'command' | 'output'> {
  const logging = environment['CTDB_LOGGING'] ?? '';
  if (logging === 'file:') return { command, output: { fd: 2 } };
  if (logging === '' || logging.startsWith('file:'))
    return { command, output: logOrNowhere(logging.slice('file:'.length) || defaultLog) };
  return {
    command: ['sh', '-c', throughLogger, 'sh', `ctdbd: ${plugin}.script&`, ...command],
    output: 'nowhere',
  };
}

/** A service has to be restarted even where its log has no place. */
function logOrNowhere(path: string): BackgroundRequest['output'] {
  try {
    closeSync(openSync(plainOrBytes(path), 'a'));
    return { path };
  } catch {
    return 'nowhere';
  }
}

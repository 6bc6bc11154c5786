import { describeEnd, Failure } from 'ctdb-hook';
import { failSilently } from './fail-silently.ts';
import { logOutput } from './log-output.ts';
import { nfsEnvironment, type NfsContext } from './nfs-context.ts';
import { evaluatePlainly } from './plain-assignments.ts';
import { scriptShell, scriptVariables } from './script-shell.ts';

/** One check file: how a service is checked, and what is done when it fails. */
export interface Check {
  readonly path: string;
  /** The RPC program, or another name for the service: the middle of the file's name. */
  readonly program: string;
  /** Every variable as the file left it, for the commands to use. */
  readonly variables: Readonly<Record<CheckVariable, string>>;
  readonly families: readonly string[];
  /** None means one call that names no version. */
  readonly versions: readonly string[];
  /** How many failures in a row make the node unhealthy; 0 for never. */
  readonly unhealthyAfter: number;
  /** At which multiples of failures in a row the service is restarted; 0 for never. */
  readonly restartEvery: number;
}

/** A command that a check file may set. */
export type CheckCommand = (typeof commandVariables)[number];

type CheckVariable = (typeof variables)[number];

/** Finds the check files, in the order in which they are run. */
export async function findCheckFiles({ files, options }: NfsContext): Promise<readonly string[]> {
  const directory = options.CTDB_NFS_CHECKS_DIR;
  const names = (await files.list(directory)) ?? [];
  return names.filter((name) => checkFileName.test(name)).map((name) => `${directory}/${name}`);
}

/**
 * Reads a check file; undefined for one that cannot be read, such as a dangling link.
 *
 * @throws Failure if it sets an unknown variable or is not shell.
 */
export async function readCheckFile(path: string, context: NfsContext): Promise<Check | undefined> {
  const program = programOf(path);
  const plain = await readPlainly(path, program, context);
  if (plain !== undefined) return toCheck(path, program, plain);
  const reading = await context.run(
    ['sh', '-c', `${scriptShell(program, context)}\n${readVariables}`, path, program],
    {
      environment: nfsEnvironment(context),
    },
  );
  logOutput(context, reading.stderr);
  if (reading.ended !== 'exited') throw new Failure(`ERROR: ${path}: sh ${describeEnd(reading)}`);
  if (!reading.ok) failSilently();
  if (reading.stdout === '') return undefined;
  const values = reading.stdout.split('\0');
  const value = Object.fromEntries(variables.map((name, index) => [name, values[index] ?? '']));
  return toCheck(path, program, value as Record<CheckVariable, string>);
}

/** What most check files set, without a process; undefined where it takes a shell to tell. */
async function readPlainly(
  path: string,
  program: string,
  context: NfsContext,
): Promise<Readonly<Record<CheckVariable, string>> | undefined> {
  const text = await context.files.read(path).catch(() => undefined);
  if (text === undefined) return undefined;
  const nothing = Object.fromEntries(variables.map((name) => [name, ''])) as Record<CheckVariable, string>;
  return evaluatePlainly(
    text,
    { ...nothing, ...unset },
    { ...context.environment, ...nfsEnvironment(context), ...scriptVariables(program, context) },
  );
}

const checkFileName = /^\d\d\.(.*)\.check$/;

const programOf = (path: string): string =>
  checkFileName.exec(path.slice(path.lastIndexOf('/') + 1))?.[1] ?? '';

function toCheck(path: string, program: string, values: Readonly<Record<CheckVariable, string>>): Check {
  return {
    path,
    program,
    variables: values,
    families: words(values.family || unset.family),
    versions: words(values.version),
    unhealthyAfter: count(path, 'unhealthy_after', values.unhealthy_after || unset.unhealthy_after),
    restartEvery: count(path, 'restart_every', values.restart_every || unset.restart_every),
  };
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

function count(path: string, variable: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Failure(`ERROR: ${path}: ${variable} is "${text}", expected a whole number`);
}

const commandVariables = [
  'service_stop_cmd',
  'service_start_cmd',
  'service_check_cmd',
  'service_debug_cmd',
  'service_stats_cmd',
] as const;

const variables = ['family', 'version', 'unhealthy_after', 'restart_every', ...commandVariables] as const;

/** What the others are in a file that does not set them, and in its commands. */
const unset = { family: 'tcp', unhealthy_after: '1', restart_every: '0' } as const;

/**
 * The shell that evaluates the file $0 line by line, since values may use other variables, and prints what each
 * variable is in the end. What the lines print themselves goes to standard error.
 */
const readVariables = `
${variables.map((name) => `${name}=`).join(' ')}
${Object.entries(unset)
  .map(([name, value]) => `${name}=${value}`)
  .join(' ')}
[ -r "$0" ] || exit 0
while read line || [ -n "$line" ]; do
  case $line in
  '' | '#'*) ;;
  ${variables.map((name) => `${name}=*`).join(' | ')}) eval "$line" >&2 ;;
  *)
    printf 'ERROR: Unknown variable for %s: %s\\n' "$1" "$line" >&2
    exit 1
    ;;
  esac
done <"$0"
printf '%s\\0' ${variables.map((name) => `"$${name}"`).join(' ')}`;

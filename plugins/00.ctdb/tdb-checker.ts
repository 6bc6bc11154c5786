import { describeEnd, Failure, type Command, type CommandOutcome } from 'ctdb-hook';
import type { CtdbContext } from './options.ts';

/** Tells whether a database is whole. */
export type CheckTdb = (path: string) => Promise<boolean>;

/** How long the check of one database may take, in milliseconds; CTDB gives it 10 seconds. */
const checkMs = 10_000;

/** Chooses the best check that there is; undefined, with a warning, if there is none. */
export async function chooseTdbChecker(context: CtdbContext): Promise<CheckTdb | undefined> {
  const { log, run } = context;
  // Without a subcommand it takes them from its input.
  const tool = await run(['tdbtool'], { input: 'help\n', timeoutMs: checkMs });
  if (tool.stdout.includes('check')) return (path) => checkWithTool(path, context);
  const hasDump = !isNotFound(await run(['tdbdump', '-h'], { timeoutMs: checkMs }));
  if (hasDump) {
    log(isNotFound(tool) ? withoutTool : olderTool);
    return async (path) => (await check(['tdbdump', path], path, context)).ok;
  }
  log(withoutBoth);
  return undefined;
}

const isNotFound = (outcome: CommandOutcome): boolean => outcome.ended === 'not-started';

/** Its exit status is 0 whatever it finds. */
async function checkWithTool(path: string, context: CtdbContext): Promise<boolean> {
  const { stdout } = await check(['tdbtool', path, 'check'], path, context);
  return stdout.includes('Database integrity is OK');
}

/**
 * Runs a check, whose time counts as damage, as in CTDB's script.
 *
 * @throws Failure if it does not start, and what the signal says: a check that was ended with its event finds no damage.
 */
async function check(command: Command, path: string, context: CtdbContext): Promise<CommandOutcome> {
  const outcome = await context.run(command, { timeoutMs: checkMs });
  context.signal.throwIfAborted();
  if (outcome.ended === 'not-started')
    throw new Failure(`ERROR: cannot check database ${path}: ${command[0]} ${describeEnd(outcome)}`);
  return outcome;
}

const olderTool = `WARNING: The installed 'tdbtool' does not offer the 'check' subcommand.
 Using 'tdbdump' for database checks.
 Consider updating 'tdbtool' for better checks!`;

const withoutTool = `WARNING: 'tdbtool' is not available.
 Using 'tdbdump' to check the databases.
 Consider installing a recent 'tdbtool' for better checks!`;

const withoutBoth = `WARNING: Cannot check databases since neither
 'tdbdump' nor 'tdbtool check' is available.
 Consider installing tdbtool or at least tdbdump!`;

import type { CommandOutcome } from 'ctdb-hook';
import type { CtdbContext } from './options.ts';

/** Tells whether a database is whole. */
export type CheckTdb = (path: string) => Promise<boolean>;

/** How long the check of one database may take, in milliseconds; CTDB gives it 10 seconds. */
const checkMs = 10_000;

/** The exit status of a command that is not there. */
const notFound = 127;

/** Chooses the best check that there is; undefined, with a warning, if there is none. */
export async function chooseTdbChecker(context: CtdbContext): Promise<CheckTdb | undefined> {
  const { log, run } = context;
  // Without a subcommand it takes them from its input.
  const tool = await run(['tdbtool'], { input: 'help\n', timeoutMs: checkMs });
  if (tool.stdout.includes('check')) return (path) => checkWithTool(path, context);
  const hasDump = !isNotFound(await run(['tdbdump', '-h'], { timeoutMs: checkMs }));
  if (hasDump) {
    log(isNotFound(tool) ? withoutTool : olderTool);
    return async (path) => (await run(['tdbdump', path], { timeoutMs: checkMs })).ok;
  }
  log(withoutBoth);
  return undefined;
}

const isNotFound = (outcome: CommandOutcome): boolean =>
  outcome.ended === 'exited' && outcome.code === notFound;

/** Its exit status is 0 whatever it finds. */
async function checkWithTool(path: string, { run }: CtdbContext): Promise<boolean> {
  const { stdout } = await run(['tdbtool', path, 'check'], { timeoutMs: checkMs });
  return stdout.includes('Database integrity is OK');
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

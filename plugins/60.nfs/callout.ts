import { type Command, type CommandOutcome, describeEnd } from 'ctdb-hook';
import * as z from 'zod';
import {
  calloutCommand,
  calloutProgram,
  nfsEnvironment,
  stateDirectory,
  type NfsContext,
} from './nfs-context.ts';
import { failSilently } from './fail-silently.ts';
import { logOutput } from './log-output.ts';

/** What the callout can be asked to do. */
export type Operation =
  | 'startup'
  | 'shutdown'
  | 'takeip'
  | 'releaseip'
  | 'startipreallocate'
  | 'monitor-pre'
  | 'monitor-list-shares'
  | 'monitor-post';

/**
 * Has the callout do this, if it registered for it; what it says becomes the event's output.
 *
 * @throws Failure if it fails; it said why.
 */
export async function callCallout(context: NfsContext, operation: Operation, args: readonly string[] = []) {
  const call = await perform(context, operation, args);
  if (call?.ok === false) failSilently();
}

/**
 * As `callCallout` for `releaseip`, which a callout that is not there does not fail: what comes after this plugin is to hear of the
 * release too. Answers whether there was one, or none was to be called.
 */
export async function callAtRelease(context: NfsContext, args: readonly string[]): Promise<boolean> {
  const call = await perform(context, 'releaseip', args);
  if (call?.ended === 'not-started') return false; // The output says so.
  if (call?.ok === false) failSilently();
  return true;
}

/** Undefined if the callout did not register for it. */
async function perform(
  context: NfsContext,
  operation: Operation,
  args: readonly string[],
): Promise<CommandOutcome | undefined> {
  if (!(await isRegistered(context, operation))) return undefined;
  const command = calloutCommand(context, operation, ...args);
  return context.act(command, { environment: nfsEnvironment(context) });
}

/** The directories that the callout says are shared. If it fails, those that it named until then. */
export async function listShares(context: NfsContext): Promise<readonly string[]> {
  const operation: Operation = 'monitor-list-shares';
  if (!(await isRegistered(context, operation))) return [];
  const command = calloutCommand(context, operation);
  const environment = nfsEnvironment(context);
  const { stdout, complaint } =
    context.network.name === 'netlink'
      ? await sampleCommand(context, command, environment)
      : answerOf(command, await context.run(command, { environment }));
  logOutput(context, complaint);
  return stdout.split('\n').filter((line) => line !== '');
}

/** What a command says that changes seldom, asked off the event's path; nothing while it has not answered. */
async function sampleCommand(
  { options, sample }: NfsContext,
  command: Command,
  environment: Readonly<Record<string, string>>,
): Promise<Said> {
  const intervalMs = 1000 * options.CTDB_HOOK_NFS_SHARE_LIST_INTERVAL;
  const limits = { intervalMs, timeoutMs: listTimeoutMs, staleMs: intervalMs + 2 * listTimeoutMs };
  const sampled = await sample(command.join(' '), limits, ({ run }) => run(command, { environment }));
  const answer = sampled.kind === 'late' ? sampled.last : sampled.answer;
  const late =
    sampled.kind === 'late' ? `${command.join(' ')}: no answer since ${sampled.since.toISOString()}` : '';
  const { stdout, complaint } = answer === undefined ? nothing : answerOf(command, answer);
  return { stdout, complaint: [late, complaint].filter((text) => text !== '').join('\n') };
}

/** What the callout answered, and what is to be said of it. */
interface Said {
  readonly stdout: string;
  readonly complaint: string;
}

const nothing = { stdout: '', complaint: '' };

/** One that was ended, or said too much, may have named some of the shares only: then those are looked for, and it is said. */
function answerOf(command: Command, outcome: CommandOutcome): Said {
  const { ended, stdout, stderr } = outcome;
  if (ended === 'exited' || ended === 'not-started') return { stdout, complaint: stderr };
  return {
    stdout: stdout.slice(0, stdout.lastIndexOf('\n') + 1),
    complaint:
      `WARNING: ${command.join(' ')} ${describeEnd(outcome)}: not all shares are known\n${stderr}`.trimEnd(),
  };
}

/** How long the callout may take to list the shares: as long as an event of CTDB's by default. */
const listTimeoutMs = 30_000;

async function isRegistered(context: NfsContext, operation: Operation): Promise<boolean> {
  const { operations } = await register(context);
  return operations.includes(operation) || operations.includes('ALL');
}

/** What is remembered of a callout: its name, and the operations that it wants to be called for. */
const Registration = z.object({ callout: z.string(), operations: z.array(z.string()) });

type Registration = z.output<typeof Registration>;

/** What the callout wants to be called for; it is asked unless this very callout has answered before. */
async function register(context: NfsContext): Promise<Registration> {
  const callout = calloutProgram(context);
  const known = Registration.safeParse(context.state['registration']).data;
  if (known?.callout === callout) return known;
  const asked = failedIn.get(context) ?? (await askToRegister(callout, context));
  // One that failed has not said what it wants: it is asked again at the next event, and called for everything until then.
  if (asked === 'failed') failedIn.set(context, asked);
  return asked === 'failed' ? { callout, operations: ['ALL'] } : (context.state['registration'] = asked);
}

/** The events at which a callout failed to register: it says so once, whatever the event wants of it. */
const failedIn = new WeakMap<NfsContext, 'failed'>();

async function askToRegister(callout: string, context: NfsContext): Promise<Registration | 'failed'> {
  await makeStateDirectory(context);
  const answer = await context.run(calloutCommand(context, 'register'), {
    environment: nfsEnvironment(context),
  });
  // An answer that was cut off with its event would stand for good.
  context.signal.throwIfAborted();
  logOutput(context, answer.stderr);
  if (!answer.ok) {
    logOutput(context, answer.stdout);
    const how = answer.ended === 'exited' ? `failed with status ${answer.code}` : describeEnd(answer);
    context.log(`ERROR: "${callout} register" ${how}`);
    return 'failed';
  }
  const wanted = answer.stdout.split('\n').filter((line) => line !== '');
  return { callout, operations: wanted.length === 0 ? ['ALL'] : wanted };
}

/** The callout makes its state directory itself; what leads there is ours to make. Whether it is needed, the callout knows. */
async function makeStateDirectory(context: NfsContext): Promise<void> {
  try {
    await context.edit.makeDirectory(stateDirectory(context));
  } catch (error) {
    context.signal.throwIfAborted();
    context.log(`WARNING: ${error instanceof Error ? error.message : String(error)}`);
  }
}

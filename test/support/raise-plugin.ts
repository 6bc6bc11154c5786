import { join } from 'node:path';
import { textOf } from '../../core/text/bytes-as-text.ts';
import { isEventName } from '../../core/events/events.ts';
import type { Network } from '../../core/network/network.ts';
import { defaultTcpReset } from '../../core/network/tcp-reset.ts';
import { noChanges, type AddressChanges } from '../../core/events/changes.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { checkDefinition, type AnyPlugin } from '../../core/plugin-loading/check-definition.ts';
import type { Context } from '../../core/plugin-api/context.ts';
import { LedgerAccess } from '../../core/run/state/ledger-access.ts';
import { createContext } from '../../core/run/context/create-context.ts';
import { EffectsSeen } from '../../core/run/effects-seen.ts';
import { EntryOutput } from '../../core/run/entry-output.ts';
import { describeError } from '../../core/run/describe-error.ts';
import { StateDuringEvent } from '../../core/run/state/state-during-event.ts';
import { nothingLookedUp } from '../../core/run/state/shared-lookups.ts';
import type { Sampling } from '../../core/run/sampling/sampling.ts';
import { parseArguments } from '../../core/events/arguments.ts';
import { deadlineIn } from '../../core/process/deadline.ts';

/** How a plugin's event ended, as ctdbd sees it. */
export interface Raised {
  readonly status: 0 | 1;
  readonly output: string;
}

/** What a test may set beside the event. */
export interface RaiseSetting {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly changes?: AddressChanges;
  /** Has the plugin take the network for that of this name, whose probes are in-process; only the name is stood in for. */
  readonly networkName?: Network['name'];
  /** Keeps samples from one event to the next, as a plugin host does. */
  readonly sampling?: Sampling;
}

/** Raises an event in the source form of a built-in plugin, in this process, with nothing in its context stood in for. */
export async function raisePlugin(
  plugin: string,
  [event = '', ...argv]: readonly string[],
  { signal = new AbortController().signal, changes = noChanges, ...setting }: RaiseSetting,
): Promise<Raised> {
  const output = new EntryOutput();
  const status = await callPlugin(plugin, event, argv, { ...setting, signal, changes, output });
  return { status, output: textOf(output.finish()) };
}

type Raise = RaiseSetting &
  Required<Pick<RaiseSetting, 'signal' | 'changes'>> & { readonly output: EntryOutput };

async function callPlugin(
  name: string,
  event: string,
  argv: readonly string[],
  { environment, signal, changes, output, networkName, sampling }: Raise,
): Promise<0 | 1> {
  const plugin = await load(name);
  const handler = isEventName(event) ? plugin.handlers.get(event) : undefined;
  if (handler === undefined || !isEventName(event)) return 0;
  const ledgerAccess = new LedgerAccess(environment, (message) => {
    throw new Error(message);
  });
  const memory = new StateDuringEvent(ledgerAccess, name);
  try {
    const parsed: object = plugin.rawArguments === true ? {} : (parseArguments(event, argv) as object);
    const context = await createContext({
      name,
      plugin,
      event: { name: event, argv },
      directory: join(packageRoot, 'plugins', name),
      environment,
      group: 'own',
      output,
      deadline: deadlineIn(60_000),
      signal,
      ledgerAccess,
      shared: nothingLookedUp(),
      memory,
      effects: new EffectsSeen(),
      tcpReset: () => Promise.resolve(defaultTcpReset),
      ...(sampling === undefined ? {} : { sampling }),
    });
    const network = { ...context.network, name: networkName ?? context.network.name };
    // Members are made when a handler first uses them, and no sooner here.
    const get = (made: Context, key: keyof Context): unknown => (key === 'network' ? network : made[key]);
    const stoodIn = new Proxy(context, { get: (made, key) => get(made, key as keyof Context) });
    const result = await handler({ ...parsed, name: event, argv, changes }, stoodIn);
    if (event !== 'monitor' || (result as { healthy: boolean }).healthy) return 0;
    return fail(output, (result as { reason: string }).reason);
  } catch (error) {
    return fail(output, describeError(error, undefined));
  } finally {
    memory.save();
  }
}

function fail(output: EntryOutput, text: string): 1 {
  if (text !== '') output.addLine(text);
  return 1;
}

async function load(name: string): Promise<AnyPlugin> {
  const module = (await import(join(packageRoot, 'plugins', name, 'plugin.ts'))) as { default: unknown };
  const checked = checkDefinition(module.default);
  if ('what' in checked) throw new Error(`${name}: ${checked.what}`);
  return checked;
}

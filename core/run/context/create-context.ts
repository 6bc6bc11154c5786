import { inspect } from 'node:util';
import { authorFrames } from '../../plugin-loading/author-frames.ts';
import { ctdbPaths, type CtdbPaths } from '../../ctdb-installation/paths.ts';
import { ctdbRelease } from '../../ctdb-installation/ctdb-release.ts';
import { detectPlatform } from '../../ctdb-config/platform.ts';
import { findStockScript } from '../../ctdb-installation/stock-script.ts';
import { chooseNetwork } from '../../network/choose.ts';
import type { MakeNetwork } from '../../network/make-network.ts';
import type { Network, NetworkName } from '../../network/network.ts';
import type { TcpReset } from '../../network/tcp-reset.ts';
import type { AnyPlugin } from '../../plugin-loading/check-definition.ts';
import type { Context } from '../../plugin-api/context.ts';
import type { Group } from '../../process/backend.ts';
import { systemClock } from '../../process/clock.ts';
import type { Deadline } from '../../process/deadline.ts';
import type { Environment } from '../../process/environment.ts';
import type { LedgerAccess } from '../state/ledger-access.ts';
import { memoized } from '../../process/memoized.ts';
import type { EntryOutput } from '../entry-output.ts';
import type { RaisedEvent } from '../outcome.ts';
import type { StateDuringEvent } from '../state/state-during-event.ts';
import type { EffectsSeen } from '../effects-seen.ts';
import { optionsInForce } from '../options/options-in-force.ts';
import type { PluginOptions } from '../options/plugin-options.ts';
import type { Sampling } from '../sampling/sampling.ts';
import { type ProblemPlace, tellProblem } from '../tell-problem.ts';
import type { SharedLookups } from '../state/shared-lookups.ts';
import { createCommands, type Commands } from './commands.ts';
import { createCtdb } from './ctdb-command.ts';
import { createFiles, fileChanges } from './files.ts';
import { createRpc } from './rpc.ts';
import { createSample } from './sample.ts';
import { createServices } from './services.ts';
import { createCheckTcpPort } from './tcp-port.ts';

/** What a context is made from: one plugin at one event. */
export interface ContextRequest {
  readonly name: string;
  readonly plugin: AnyPlugin;
  readonly event: RaisedEvent;
  /** The directory of the entry. */
  readonly directory: string;
  readonly environment: Environment;
  /** The process group of the plugin's commands. */
  readonly group: Group;
  readonly output: EntryOutput;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly ledgerAccess: LedgerAccess;
  readonly memory: StateDuringEvent;
  /** Sees what the plugin does by the network. */
  readonly effects: EffectsSeen;
  readonly tcpReset: () => Promise<TcpReset>;
  readonly shared: SharedLookups;
  /** The network where CTDB_HOOK_NETWORK does not say: `commands` in a hook process. */
  readonly networkWhenUnset?: NetworkName;
  /** Gets the network when the handler first uses it. */
  readonly onNetwork?: (network: Network) => void;
  /** Gets which options are others than at the event before. */
  readonly onNews?: (message: string) => void;
  /** Where samples are kept; without it they are taken on the spot. */
  readonly sampling?: Sampling;
}

/**
 * Makes everything that a handler gets beside its event.
 *
 * @throws what `optionsInForce` does.
 */
export async function createContext(request: ContextRequest): Promise<Context> {
  const paths = pathsOf(request.environment);
  const { options, environment, output } = await optionsFor(request, paths);
  if (output !== '') request.output.addLine(output);
  const makeNetwork = await chooseNetwork(environment, request.networkWhenUnset, (problem) => {
    tellProblem(problemPlace(request), 'network', problem);
  });
  return new HandlerContext({ ...request, paths, options, texts: environment, makeNetwork });
}

async function optionsFor(request: ContextRequest, paths: CtdbPaths): Promise<PluginOptions> {
  const { name, shared } = request;
  const known = shared.options.get(name);
  if (known !== undefined) return known;
  const read = await optionsInForce({
    ...request,
    ...problemPlace(request),
    paths,
    seen: shared.seen,
  });
  if (read.isPlain) shared.options.set(name, read);
  return read;
}

const problemPlace = ({ name, event, output }: ContextRequest): ProblemPlace => ({
  name,
  event: event.name,
  say: (problem) => {
    output.addLine(problem);
  },
});

/** What a context is made from, with what had to be read first. */
interface ContextParts extends ContextRequest {
  readonly paths: CtdbPaths;
  readonly options: unknown;
  /** The environment, with what option files set, as text. */
  readonly texts: Readonly<Record<string, string | undefined>>;
  readonly makeNetwork: MakeNetwork;
}

/**
 * Most handlers use little of a context, so what takes anything to make is made when it is first used.
 *
 * A class, since V8 keeps the getters of an object literal in its hidden class, a new one for each object: that, and with
 * it all that the handler has left behind, stays until the next full collection.
 */
class HandlerContext implements Context {
  readonly #parts: ContextParts;
  #ownCommands: Commands | undefined;
  #ownFiles: Context['files'] | undefined;
  #ownRpc: Context['rpc'] | undefined;
  #ownSample: Context['sample'] | undefined;
  #ownService: Context['service'] | undefined;
  #ownReplaced: Context['replaced'] | undefined;
  #ownNetwork: Network | undefined;
  #ownCtdb: Context['ctdb'] | undefined;
  readonly paths: CtdbPaths;
  readonly environment: Context['environment'];
  readonly signal: AbortSignal;
  readonly options: Context['options'];
  readonly edit = fileChanges;
  readonly now = systemClock.now;
  readonly monotonicMs = systemClock.monotonicMs;

  constructor(parts: ContextParts) {
    this.#parts = parts;
    this.paths = parts.paths;
    this.environment = parts.texts;
    this.signal = parts.signal;
    this.options = parts.options;
  }

  readonly log = (text: unknown): void => {
    const { name, output } = this.#parts;
    output.addLine(typeof text === 'string' ? text : `${inspect(text)}\n${noText(name, text)}`);
  };

  readonly sleep = (timeMs: number): Promise<void> => systemClock.sleep(timeMs, this.signal);

  readonly addresses: Context['addresses'] = () => this.#parts.ledgerAccess.held();

  readonly platform: Context['platform'] = async () => {
    const { name, warning } = await detectPlatform(this.paths.sysEtcDir);
    if (warning !== undefined) this.log(warning);
    return name;
  };

  get release(): Context['release'] {
    return ctdbRelease(this.environment);
  }

  get replaced(): Context['replaced'] {
    return (this.#ownReplaced ??= findStockScript(this.#parts.name, this.paths, this.environment));
  }

  get checkTcpPort(): Context['checkTcpPort'] {
    return createCheckTcpPort(this.run, this.environment);
  }

  get run(): Context['run'] {
    return this.#commands.run;
  }

  get act(): Context['act'] {
    return this.#commands.act;
  }

  get files(): Context['files'] {
    return (this.#ownFiles ??= createFiles(this.run));
  }

  get rpc(): Context['rpc'] {
    return (this.#ownRpc ??= createRpc(this.signal));
  }

  get sample(): Context['sample'] {
    return (this.#ownSample ??= createSample({ ...this.#parts, environment: this.environment }));
  }

  get service(): Context['service'] {
    return (this.#ownService ??= createServices(this.act, this.files, this.paths, this.environment));
  }

  get state(): Context['state'] {
    return this.#parts.memory.state;
  }

  get network(): Network {
    if (this.#ownNetwork !== undefined) return this.#ownNetwork;
    const { log, paths, environment, signal } = this;
    const { makeNetwork, tcpReset, onNetwork, shared, effects } = this.#parts;
    const runner = { ...this.#commands, log, paths, environment, signal };
    const network = makeNetwork(runner, tcpReset, shared.burst);
    onNetwork?.(network);
    this.#ownNetwork = effects.watch(network);
    return this.#ownNetwork;
  }

  get ctdb(): Context['ctdb'] {
    const { environment, log, paths, signal } = this;
    return (this.#ownCtdb ??= createCtdb({
      ...this.#commands,
      paths,
      environment,
      log,
      signal,
      seen: this.#parts.shared.seen,
      socket: paths.ctdbdSocket,
      isDirect: this.network.name === 'netlink',
    }));
  }

  get #commands(): Commands {
    const { name: plugin } = this.#parts;
    const { environment } = this;
    return (this.#ownCommands ??= createCommands({ ...this.#parts, plugin, environment }));
  }
}

const pathsOf = memoized((environment: Environment) => Object.freeze(ctdbPaths(environment)));

/** A slip in what is said must not fail the event. */
function noText(name: string, value: unknown): string {
  const [place] = authorFrames(new Error());
  const where = place === undefined ? '' : ` (${place.path}:${place.line})`;
  return `WARNING: ${name}: log got ${value === null ? 'null' : typeof value}, expected text${where}`;
}

import { join } from 'node:path';
import { ctdbPaths, type CtdbPaths } from '../../ctdb/paths.ts';
import type { FilesSeen } from '../../ctdb/files-seen.ts';
import { detectPlatform } from '../../ctdb/platform.ts';
import { chooseNetwork, type MakeNetwork } from '../../network/choose.ts';
import type { Network, NetworkName } from '../../network/network.ts';
import type { TcpReset } from '../../network/tcp-reset.ts';
import type { AnyPlugin } from '../../plugin/check-definition.ts';
import type { Context } from '../../plugin/context.ts';
import type { Group } from '../../process/backend.ts';
import type { Deadline } from '../../process/deadline.ts';
import type { Environment } from '../../process/environment.ts';
import type { AddressBook } from '../address-book.ts';
import type { EntryOutput } from '../entry-output.ts';
import type { PluginMemory } from '../plugin-memory.ts';
import { readPluginOptions } from '../plugin-options.ts';
import type { Sampling } from '../sampling.ts';
import { createCommands } from './commands.ts';
import { createCtdb } from './ctdb-command.ts';
import { createFiles, fileChanges } from './files.ts';
import { createRpc } from './rpc.ts';
import { createSample } from './sample.ts';
import { createServices } from './services.ts';
import { checkTcpPort } from './tcp-port.ts';

/** What a context is made from: one plugin at one event. */
export interface ContextRequest {
  readonly name: string;
  readonly plugin: AnyPlugin;
  /** Where the entry stands. */
  readonly directory: string;
  readonly environment: Environment;
  /** The process group of the plugin's commands. */
  readonly group: Group;
  readonly output: EntryOutput;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly addressBook: AddressBook;
  readonly memory: PluginMemory;
  readonly tcpReset: () => Promise<TcpReset>;
  /** What was seen of option files for other plugins at the same event. */
  readonly seen?: FilesSeen | undefined;
  /** The network where CTDB_HOOK_NETWORK does not say: `commands` in a hook process. */
  readonly networkWhenUnset?: NetworkName;
  /** Gets the network when the handler first uses it. */
  readonly onNetwork?: (network: Network) => void;
  /** Where samples are kept; without it they are taken on the spot. */
  readonly sampling?: Sampling;
}

/**
 * Makes everything that a handler gets beside its event. Most handlers use little of it, so what takes anything to make is
 * made when it is first used.
 *
 * @throws OptionsError for options that are wrong, TextFileError or ShError for files that cannot be read, Untrusted,
 * NetworkChoiceError.
 */
export async function createContext(request: ContextRequest): Promise<Context> {
  const { output, signal } = request;
  const paths = pathsOf(request.environment);
  const {
    options,
    environment,
    output: said,
  } = await readPluginOptions({
    ...request,
    environment: texts(request.environment),
    paths,
  });
  if (said !== '') output.addLine(said);
  const makeNetwork = await chooseNetwork(environment, request.networkWhenUnset);
  const log = (text: string): void => {
    output.addLine(text);
  };
  const { commands, files, rpc, sample, service, network, ctdb } = createTools({
    request,
    environment,
    paths,
    log,
    makeNetwork,
  });
  return {
    log,
    paths,
    environment,
    signal,
    options,
    get run() {
      return commands().run;
    },
    get act() {
      return commands().act;
    },
    addresses: () => request.addressBook.held(),
    platform: async () => {
      const { name: platform, warning } = await detectPlatform(paths.sysEtcDir);
      if (warning !== undefined) log(warning);
      return platform;
    },
    get files() {
      return files();
    },
    get rpc() {
      return rpc();
    },
    checkTcpPort,
    get sample() {
      return sample();
    },
    edit: fileChanges,
    get service() {
      return service();
    },
    get state() {
      return request.memory.state;
    },
    get ctdb() {
      return ctdb();
    },
    get network() {
      return network();
    },
  };
}

/** What the tools of a context are made from. */
interface ToolsSetting {
  readonly request: ContextRequest;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paths: CtdbPaths;
  readonly log: (text: string) => void;
  readonly makeNetwork: MakeNetwork;
}

/** Makes the parts of a context that take anything to make, each when it is first asked for. */
function createTools({ request, environment, paths, log, makeNetwork }: ToolsSetting) {
  const { signal } = request;
  const ofCommands = once((): Environment => ({ ...request.environment, ...environment }));
  const commands = once(() =>
    createCommands({ ...request, plugin: request.name, environment: ofCommands() }),
  );
  const files = once(() => createFiles(commands().run));
  const rpc = once(() => createRpc(signal));
  const sample = once(() => createSample({ ...request, environment: ofCommands() }));
  const service = once(() => createServices(commands().act, files(), paths, ofCommands()));
  const runner = once(() => ({ ...commands(), log, paths, environment, signal }));
  const network = once(() => told(makeNetwork(runner(), request.tcpReset), request.onNetwork));
  const ctdb = once(() =>
    createCtdb({
      ...commands(),
      paths,
      environment: ofCommands(),
      log,
      signal,
      socket: network().name === 'netlink' ? join(paths.runDir, 'ctdbd.socket') : undefined,
    }),
  );
  return { commands, files, rpc, sample, service, network, ctdb };
}

/** Makes something when it is first asked for. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Hands on what was made. */
function told<T>(made: T, tell?: (made: T) => void): T {
  tell?.(made);
  return made;
}

/** One process has one environment, and makes a context for each plugin at each event. */
function remembered<T>(make: (environment: Environment) => T): (environment: Environment) => T {
  const known = new WeakMap<Environment, T>();
  return (environment) => {
    const made = known.get(environment) ?? make(environment);
    known.set(environment, made);
    return made;
  };
}

/** The environment as text: what is not UTF-8 is handed to commands only. */
const texts = remembered((environment): Readonly<Record<string, string | undefined>> => {
  const entries = Object.entries(environment).map(([name, value]) => [name, value?.toString()] as const);
  return Object.fromEntries(entries);
});

const pathsOf = remembered((environment) => Object.freeze(ctdbPaths(texts(environment))));

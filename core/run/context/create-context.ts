import { join } from 'node:path';
import { ctdbPaths } from '../../ctdb/paths.ts';
import type { FilesSeen } from '../../ctdb/text-file.ts';
import { detectPlatform } from '../../ctdb/platform.ts';
import { chooseNetwork } from '../../network/choose.ts';
import type { NetworkName } from '../../network/network.ts';
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
  /** Where samples are kept; without it they are taken on the spot. */
  readonly sampling?: Sampling;
}

/**
 * Makes everything that a handler gets beside its event.
 *
 * @throws OptionsError for options that are wrong, TextFileError or ShError for files that cannot be read, Untrusted.
 */
export async function createContext(request: ContextRequest): Promise<Context> {
  const { name, output, signal } = request;
  const environment = texts(request.environment);
  const paths = ctdbPaths(environment);
  const read = await readPluginOptions({ ...request, environment });
  if (read.output !== '') output.addLine(read.output);
  const ofCommands: Environment = { ...request.environment, ...read.environment };
  const log = (text: string): void => {
    output.addLine(text);
  };
  const commands = createCommands({ ...request, plugin: name, environment: ofCommands });
  const files = createFiles(commands.run);
  const { run, act, undo } = commands;
  const shared = { run, act, log, paths, environment: read.environment, signal };
  const network = await chooseNetwork({ ...shared, undo }, request.tcpReset, request.networkWhenUnset);
  const socket = network.name === 'netlink' ? join(paths.runDir, 'ctdbd.socket') : undefined;
  return {
    ...shared,
    options: read.options,
    addresses: () => request.addressBook.held(),
    platform: async () => {
      const { name: platform, warning } = await detectPlatform(paths.sysEtcDir);
      if (warning !== undefined) log(warning);
      return platform;
    },
    files,
    rpc: createRpc(signal),
    checkTcpPort,
    sample: createSample({ ...request, environment: ofCommands }),
    edit: fileChanges,
    service: createServices(commands.act, files, paths, ofCommands),
    get state() {
      return request.memory.state;
    },
    ctdb: createCtdb({ ...commands, paths, environment: ofCommands, log, signal, socket }),
    network,
  };
}

/** The environment as text: what is not UTF-8 is handed to commands only. */
function texts(environment: Environment): Readonly<Record<string, string | undefined>> {
  const known = textsOf.get(environment);
  if (known !== undefined) return known;
  const entries = Object.entries(environment).map(([name, value]) => [name, value?.toString()] as const);
  const made: Readonly<Record<string, string | undefined>> = Object.fromEntries(entries);
  textsOf.set(environment, made);
  return made;
}

/** One process has one environment, and makes a context for each plugin at each event. */
const textsOf = new WeakMap<Environment, Readonly<Record<string, string | undefined>>>();

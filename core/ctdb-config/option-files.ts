import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FilesSeen } from './files-seen.ts';
import { memoized } from '../process/memoized.ts';
import type { Environment } from '../process/environment.ts';
import type { OptionVariable, OptionVariables } from './option-variables.ts';
import type { CtdbPaths } from '../ctdb-installation/paths.ts';
import { sourceFile } from './source-file.ts';
import { TextFileError } from '../files/text-file.ts';

/** The plugin whose options are read, and what its files are evaluated with. */
export interface OptionFilesRequest {
  readonly paths: CtdbPaths;
  /** The plugin's name, such as `60.nfs`. */
  readonly plugin: string;
  /** The directory of the link or file by which the plugin was called. */
  readonly directory?: string | undefined;
  /** The service's own configuration below sysconfig or default, such as `nfs`: the first of these names that exists. */
  readonly systemConfig?: readonly string[] | undefined;
  /** The process's environment. Every file overrides it. */
  readonly environment: Environment;
  /** Throws if somebody could have written the file who must not. It is called before a file is read. */
  readonly checkTrust: (path: string) => void;
  /** How long the files that need sh may take together; 5 seconds, if nothing is said. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What was found out about the files for other plugins at the same event, in the same environment. */
  readonly seen?: FilesSeen | undefined;
  /** Gets files that only a shell can read: they are left out then, and no shell is run. */
  readonly leaveOut?: ((file: string) => void) | undefined;
}

/**
 * Reads the files that set a plugin's options, the weakest first. Each sees the variables of those before it: the
 * executable ones of `rc.local` and `rc.local.d/*`, `sysconfig/NAME` or else `default/NAME`, `script.options`,
 * `events/legacy/NN.name.options`, and `NN.name.options` beside the link (ctdb/config/functions). A shell function of
 * rc.local has no effect: plugins call none.
 *
 * @throws TextFileError, ShError, what `checkTrust` throws, the signal's reason: a plugin must not run with options that
 *   nobody can know. (Stock skips a file that it may not read; as root it may read all.)
 */
export async function readOptionFiles(request: OptionFilesRequest): Promise<OptionVariables> {
  const { checkTrust, seen = new FilesSeen() } = request;
  const files = findFiles(request, seen);
  for (const file of files) seen.checkTrust(file, checkTrust);
  const kept = seen.kept(files);
  if (kept !== undefined) return kept;
  const read = await readFiles(files, request);
  if (read.isPlain) seen.keep(files, read);
  return read;
}

/** Reads these files. */
async function readFiles(
  files: readonly string[],
  { paths, environment, timeoutMs = 5000, signal, leaveOut }: OptionFilesRequest,
): Promise<OptionVariables> {
  const endMs = performance.now() + timeoutMs;
  const variables = new Map<string, OptionVariable>();
  const effective: Record<string, string | undefined> = optionEnvironment(paths, environment);
  let output = '';
  let isPlain = true;
  for (const file of files) {
    const remainingMs = Math.max(1, Math.ceil(endMs - performance.now()));
    const sourced = await sourceFile(file, {
      environment: effective,
      timeoutMs: remainingMs,
      signal,
      leaveOut,
    });
    output += sourced?.output ?? '';
    isPlain &&= sourced?.isPlain ?? true;
    for (const [name, { value, line }] of sourced?.variables ?? []) {
      effective[name] = value;
      if (value === undefined) variables.delete(name);
      else variables.set(name, { value, file, line });
    }
  }
  return { variables, environment: Object.freeze(effective), output, isPlain };
}

/**
 * The environment with the variables that `functions` sets for every script before it reads any option, and with those of
 * option files if they are known.
 */
export function optionEnvironment(
  paths: CtdbPaths,
  environment: Environment,
  variables: ReadonlyMap<string, OptionVariable> = new Map(),
): Record<string, string | undefined> {
  // The object has no prototype: a file may set any name, `__proto__` too.
  return Object.assign(Object.create(null) as Record<string, string | undefined>, environment, {
    CTDB_BASE: paths.base,
    CTDB_VARDIR: paths.varDir,
    CTDB_SCRIPT_VARDIR: paths.scriptVarDir,
    CTDB_SYS_ETCDIR: paths.sysEtcDir,
    CTDB_HELPER_BINDIR: paths.helperDir,
    CTDB: environment['CTDB'] || 'ctdb',
    ...Object.fromEntries([...variables].map(([name, { value }]) => [name, value])),
  });
}

/** The files that exist, the weakest first. A file with two names is there once. */
function findFiles(
  { paths, plugin, directory, systemConfig = [] }: OptionFilesRequest,
  seen: FilesSeen,
): string[] {
  const { rcLocal, rcLocalDir, scriptOptions, usual } = placesOf(paths);
  const found = new Map<string, string>();
  const add = (path: string, identity: string | undefined): boolean => {
    if (identity !== undefined && !found.has(identity)) found.set(identity, path);
    return identity !== undefined;
  };
  for (const path of [rcLocal, ...pathsIn(rcLocalDir, seen)]) {
    if (seen.identify(path) !== undefined && isExecutableFile(path)) add(path, seen.identify(path));
  }
  for (const path of systemConfig.flatMap((name) => systemPaths(paths.sysEtcDir, name))) {
    if (add(path, seen.identify(path))) break;
  }
  add(scriptOptions, seen.identify(scriptOptions));
  const name = `${plugin}.options`;
  for (const place of new Set([usual, directory ?? usual]))
    add(`${place}/${name}`, seen.identifyIn(place, name));
  return [...found.values()];
}

/** The places of the files that all plugins share. To put the paths together takes as long as to look. */
const placesOf = memoized(({ base }: CtdbPaths) => ({
  rcLocal: join(base, 'rc.local'),
  rcLocalDir: join(base, 'rc.local.d'),
  scriptOptions: join(base, 'script.options'),
  /** The directory in which CTDB looks for a script's options. */
  usual: join(base, 'events', 'legacy'),
}));

const systemPaths = (sysEtcDir: string, name: string): string[] => [
  join(sysEtcDir, 'sysconfig', name),
  join(sysEtcDir, 'default', name),
];

/** The paths that a shell makes of `DIRECTORY/*`, ordered byte by byte. */
function pathsIn(directory: string, seen: FilesSeen): string[] {
  if (seen.identify(directory) === undefined) return [];
  const names = namesBelow(directory).filter((name) => !name.startsWith('.'));
  return names.sort().map((name) => join(directory, name));
}

/** @throws TextFileError if the directory cannot be read. A file that is no directory has no names, as for a shell. */
function namesBelow(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR' || code === 'ENOENT') return [];
    throw new TextFileError(`${directory}: cannot be read: ${String(code)}`, { cause: error });
  }
}

function isExecutableFile(path: string): boolean {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

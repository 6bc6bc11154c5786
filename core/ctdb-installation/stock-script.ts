import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityIfThere, isSettled } from '../files/file-identity.ts';
import { ctdbRelease, releaseVariable } from './ctdb-release.ts';
import type { Environment } from '../process/environment.ts';
import type { CtdbPaths } from './paths.ts';

/** A release of CTDB by its first two numbers. */
export type ReleaseNumbers = readonly [major: number, minor: number];

/**
 * CTDB's own script of the plugin's name, as the installed release has it: a plugin that replaces it does what that one
 * does. Where there is none, a plugin does what the newest does that it knows.
 */
export interface ReplacedScript {
  /**
   * Whether the script, or CTDB's functions for scripts, have this text, which those of releases up to `last` have; false
   * where the script is not installed. Where `CTDB_HOOK_RELEASE` names a release, that alone decides.
   */
  says(this: void, text: string, last: ReleaseNumbers): boolean;
  /** The same of what releases from `first` on have; true where the script is not installed. */
  saysSince(this: void, text: string, first: ReleaseNumbers): boolean;
  /** What the first group of a pattern matches in the script. */
  find(this: void, pattern: RegExp): string | undefined;
}

/** Below it CTDB's own scripts are, as Debian, Fedora and openSUSE install them (`--datadir` of ctdb/wscript). */
const installedDataDir = '/usr/share/ctdb';

/** Most bytes that are looked through of a file: CTDB's largest has 30,000. */
const bytesMax = 1024 * 1024;

/** Most files whose text is kept. */
const filesMax = 100;

/**
 * Finds CTDB's own script of this name, as the installed release has it, and the functions that it uses.
 *
 * What a script says tells what it does better than a version number would: distributions change scripts, and bring later
 * ones to earlier releases. It is read when it is first asked for, and again when it has changed. A file that cannot be read
 * counts as not there.
 *
 * @param environment in CTDB's test mode (`CTDB_TEST_MODE`; ctdb/common/path.c) the scripts are below `CTDB_BASE`.
 */
export function findStockScript(name: string, paths: CtdbPaths, environment: Environment): ReplacedScript {
  const dataDir = environment['CTDB_TEST_MODE'] === undefined ? installedDataDir : join(paths.base, 'share');
  const script = join(dataDir, 'events', 'legacy', `${name}.script`);
  const functions = join(paths.base, 'functions');
  const named = environment[releaseVariable] ? ctdbRelease(environment) : undefined;
  const has = (text: string): boolean | undefined => {
    const own = textOf(script);
    if (own === undefined) return undefined;
    return own.includes(text) || textOf(functions)?.includes(text) === true;
  };
  return {
    says: (text, [major, minor]) =>
      named === undefined ? (has(text) ?? false) : !named.isFrom(major, minor + 1),
    saysSince: (text, [major, minor]) =>
      named === undefined ? (has(text) ?? true) : named.isFrom(major, minor),
    find: (pattern) => pattern.exec(textOf(script) ?? '')?.[1],
  };
}

const known = new Map<string, { readonly identity: string; readonly text: string }>();

function textOf(path: string): string | undefined {
  const identity = identityIfThere(path);
  if (identity === undefined) return undefined;
  const before = known.get(path);
  if (before?.identity === identity) return before.text;
  const text = readBounded(path);
  if (text === undefined) return undefined;
  if (known.size >= filesMax) known.clear();
  if (isSettled(identity)) known.set(path, { identity, text });
  return text;
}

function readBounded(path: string): string | undefined {
  try {
    return readFileSync(path).toString('latin1', 0, bytesMax);
  } catch {
    return undefined;
  }
}

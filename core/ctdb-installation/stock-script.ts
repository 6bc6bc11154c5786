import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityIfThere, isSettled } from '../files/file-identity.ts';
import { ctdbRelease, releaseVariable } from './ctdb-release.ts';
import type { Environment } from '../process/environment.ts';
import type { CtdbPaths } from './paths.ts';

/** A release of CTDB by its first two numbers. */
export type ReleaseNumbers = readonly [major: number, minor: number];

/**
 * CTDB's own script of the plugin's name, in the installed release. A plugin that replaces it does what the script does. If
 * there is no script, the plugin does what the newest known one does.
 */
export interface ReplacedScript {
  /**
   * Whether the script, or CTDB's functions for scripts, have this text. Scripts of releases up to `last` have it. False if
   * the script is not installed. If `CTDB_HOOK_RELEASE` names a release, only that decides.
   */
  says(this: void, text: string, last: ReleaseNumbers): boolean;
  /** Whether they have this text, which releases from `first` on have. True if the script is not installed. */
  saysSince(this: void, text: string, first: ReleaseNumbers): boolean;
  /** The part of the script that the first group of a pattern matches. */
  find(this: void, pattern: RegExp): string | undefined;
}

/** The directory of CTDB's own scripts, as Debian, Fedora and openSUSE install them (`--datadir` of ctdb/wscript). */
const installedDataDir = '/usr/share/ctdb';

/** Most bytes of a file that are searched. CTDB's largest has 30,000. */
const bytesMax = 1024 * 1024;

/** Most files whose text is kept. */
const filesMax = 100;

/**
 * Finds CTDB's own script of this name in the installed release, and the functions that it uses. The text of a script tells
 * what it does better than a version number would: distributions change scripts, and bring later ones to earlier releases.
 * The text is read when it is first needed, and again after a change. A file that cannot be read counts as missing.
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

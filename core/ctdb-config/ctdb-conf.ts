import { type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type LogLevel, parseLogLevel } from './log-level.ts';
import { logLocationExpected, parseLogLocation } from './log-location.ts';
import { parseCtdbConf } from './parse-ctdb-conf.ts';
import { readTextFile } from '../files/text-file.ts';

/** The settings of ctdb.conf that an event daemon needs. */
export interface CtdbConf {
  /** `[logging] location`; see `parseLogLocation`. */
  readonly location: string;
  /** `[logging] log level`. */
  readonly logLevel: LogLevel;
  /** `[event] debug script`, an absolute path to an executable file; null if there is none. */
  readonly debugScript: string | null;
  /** `[legacy] script log level`. */
  readonly scriptLogLevel: LogLevel;
  /**
   * Everything that is wrong in the file, with file, line, value and what was expected. The settings concerned have their
   * defaults.
   */
  readonly problems: readonly string[];
}

/** CTDB's defaults, from ctdb.conf(5). The event daemon of 4.17 itself uses ERROR in place of NOTICE. */
const defaults = {
  location: 'file:/var/log/ctdb/log.ctdb',
  logLevel: 'NOTICE',
  debugScript: null,
  scriptLogLevel: 'ERROR',
} as const satisfies Omit<CtdbConf, 'problems'>;

/**
 * Reads `ctdb.conf` below CTDB_BASE. Without a file, CTDB's defaults apply. This never throws: a file that cannot be read
 * or parsed counts as missing, and a wrong value as unset. Both are problems to report. Sections and keys that the event
 * daemon does not know are skipped, as by CTDB's own.
 */
export async function readCtdbConf(base: string): Promise<CtdbConf> {
  const path = join(base, 'ctdb.conf');
  try {
    const file = await readTextFile(path);
    return file === undefined ? { ...defaults, problems: [] } : await interpret(file.text, path, base);
  } catch (error) {
    return { ...defaults, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

async function interpret(text: string, path: string, base: string): Promise<CtdbConf> {
  const { settings, error } = parseCtdbConf(text, path);
  if (error !== undefined) return { ...defaults, problems: [error] };
  const problems: string[] = [];
  const conf: { -readonly [Name in keyof typeof defaults]: CtdbConf[Name] } = { ...defaults };
  for (const { section, key, value, line } of settings) {
    const name = `[${section?.toLowerCase() ?? ''}] ${key}`;
    const wrong = (expected: string): void => {
      problems.push(`${path}:${line}: ${name} = ${JSON.stringify(value)}, expected ${expected}`);
    };
    switch (name) {
      case '[logging] location':
        if (parseLogLocation(value) === undefined) wrong(logLocationExpected);
        // As in CTDB, a default that is written out changes nothing, not even an earlier value.
        else if (value !== defaults.location) conf.location = value;
        break;
      case '[logging] log level':
        conf.logLevel = readLevel(value, defaults.logLevel, wrong) ?? conf.logLevel;
        break;
      case '[legacy] script log level':
        conf.scriptLogLevel = readLevel(value, defaults.scriptLogLevel, wrong) ?? conf.scriptLogLevel;
        break;
      case '[event] debug script':
        conf.debugScript = (await findDebugScript(base, value, wrong)) ?? conf.debugScript;
        break;
    }
  }
  return { ...conf, problems };
}

/** The level to set, if any. */
function readLevel(
  value: string,
  byDefault: LogLevel,
  wrong: (expected: string) => void,
): LogLevel | undefined {
  const level = parseLogLevel(value);
  if (level === undefined) wrong('ERROR, WARNING, NOTICE, INFO, DEBUG or a number from 0 to 10');
  return value === byDefault ? undefined : level;
}

/** Finds the debug script. CTDB looks for the file in its configuration directory, whatever directory the setting names. */
async function findDebugScript(
  base: string,
  value: string,
  wrong: (expected: string) => void,
): Promise<string | undefined> {
  if (value === '') {
    wrong('a file name');
    return undefined;
  }
  const script = join(base, basename(value));
  const stats = await stat(script).catch(() => undefined);
  const fault = faultOf(stats);
  if (fault === undefined) return script;
  wrong(`an executable file: debug script ${script} ${fault}`);
  return undefined;
}

function faultOf(stats: Stats | undefined): string | undefined {
  if (stats === undefined) return 'does not exist';
  if (!stats.isFile()) return 'is not a file';
  return (stats.mode & 0o100) === 0 ? 'is not executable' : undefined;
}

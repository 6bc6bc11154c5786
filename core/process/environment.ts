import { readFileSync } from 'node:fs';
import { textOf } from '../text/bytes-as-text.ts';

/** The whole environment of a program, by name, as text (`textOf`). A name whose value is undefined is left out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with which this process (or another) was started, byte for byte. `process.env` replaces bytes that are
 * not UTF-8.
 *
 * Throws if it cannot be read below /proc.
 */
export function receivedEnvironment(pid: number | 'self' = 'self'): Environment {
  const environment: Record<string, string> = {};
  for (const entry of textOf(readFileSync(`/proc/${pid}/environ`)).split('\0')) {
    const equals = entry.indexOf('=');
    if (equals > 0) environment[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return environment;
}

/** The `NAME=value` strings that execve takes. */
export function environmentStrings(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
}

import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/**
 * The whole environment of a program, by name. A Buffer is a value that is not UTF-8, kept byte for byte; a name
 * whose value is undefined is left out.
 */
export type Environment = Readonly<Record<string, string | Buffer | undefined>>;

/**
 * The environment this process (or another) was started with, byte for byte: `process.env` replaces what is not UTF-8.
 *
 * Throws if it cannot be read below /proc.
 */
export function receivedEnvironment(pid: number | 'self' = 'self'): Environment {
  const environment: Record<string, string | Buffer> = {};
  for (const entry of entriesOf(readFileSync(`/proc/${pid}/environ`))) {
    const equals = entry.indexOf('=');
    if (equals <= 0) continue;
    const value = entry.subarray(equals + 1);
    environment[entry.toString('utf8', 0, equals)] = isUtf8(value) ? value.toString() : value;
  }
  return environment;
}

/** The `NAME=value` strings that execve takes. */
export function environmentStrings(environment: Environment): (string | Buffer)[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [typeof value === 'string' ? `${name}=${value}` : Buffer.concat([Buffer.from(`${name}=`), value])];
  });
}

function* entriesOf(block: Buffer): Generator<Buffer> {
  let from = 0;
  for (let to = block.indexOf(0); to !== -1; to = block.indexOf(0, from)) {
    yield block.subarray(from, to);
    from = to + 1;
  }
}

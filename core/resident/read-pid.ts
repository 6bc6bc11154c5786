import { readFileSync } from 'node:fs';

/** The pid that a file has. Undefined if it has none, or cannot be read. */
export function readPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'latin1'));
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

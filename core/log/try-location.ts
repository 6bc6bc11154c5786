import { closeSync, openSync } from 'node:fs';
import { logLocationExpected, parseLogLocation } from '../ctdb-config/log-location.ts';
import { logFileFlags, logFileMode } from './file-sink.ts';

/**
 * Why nothing can be logged to a `[logging] location`, in words. Undefined if no fault shows beforehand. A missing file is
 * made.
 */
export function tryLocation(location: string): string | undefined {
  const parsed = parseLogLocation(location);
  if (parsed === undefined)
    return `[logging] location = ${JSON.stringify(location)}, expected ${logLocationExpected}`;
  if (parsed.kind !== 'file') return undefined;
  try {
    closeSync(openSync(parsed.path, logFileFlags, logFileMode));
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `[logging] location = ${JSON.stringify(location)}, expected a file that can be written: ${why}`;
  }
}

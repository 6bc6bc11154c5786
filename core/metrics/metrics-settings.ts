import { isAbsolute } from 'node:path';
import type { Environment } from '../process/environment.ts';

/** Where the metrics of a node are to be had. */
export interface MetricsSettings {
  /** A file for node_exporter's textfile collector. */
  readonly file: string | undefined;
  /** A unix socket on which HTTP is answered. */
  readonly socket: string | undefined;
}

const variables = { file: 'CTDB_HOOK_METRICS_FILE', socket: 'CTDB_HOOK_METRICS_SOCKET' } as const;

/** The longest path of a unix socket in bytes, without its end; unix(7). */
const socketPathMax = 107;

/** Reads where metrics are wanted. Undefined if nowhere. What is wrong is reported, and counts as not wanted. */
export function readMetricsSettings(
  environment: Environment,
  report: (message: string) => void,
): MetricsSettings | undefined {
  const read = (
    which: keyof typeof variables,
    expected: string,
    isRight: (path: string) => boolean,
  ): string | undefined => {
    const path = environment[variables[which]] ?? '';
    if (path === '') return undefined;
    if (isAbsolute(path) && isRight(path)) return path;
    report(`ERROR: ${variables[which]} is ${JSON.stringify(path)}, expected ${expected}`);
    return undefined;
  };
  const settings = {
    file: read('file', 'the absolute path of a file that ends with .prom', (path) => path.endsWith('.prom')),
    socket: read(
      'socket',
      `an absolute path of at most ${socketPathMax} bytes`,
      (path) => Buffer.byteLength(path) <= socketPathMax,
    ),
  };
  return settings.file === undefined && settings.socket === undefined ? undefined : settings;
}

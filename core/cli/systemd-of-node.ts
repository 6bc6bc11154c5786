import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import type { Systemd } from '../switch/drop-in.ts';

/** Where systemd's settings are, and whether it runs. In CTDB's test mode they are below CTDB_BASE. */
export function systemdOfNode(): Systemd {
  const { base, sysEtcDir } = ctdbPaths(process.env);
  const below = process.env['CTDB_TEST_MODE'] === undefined ? '' : base;
  return {
    directory: join(sysEtcDir, 'systemd', 'system'),
    isRunning: existsSync(`${below}/run/systemd/system`),
  };
}

import { join } from 'node:path';
import { ctdbPaths, isInTestMode } from '../ctdb-installation/paths.ts';
import { cachePath } from '../files/cache-directory.ts';
import type { InstallPlaces } from '../install/install-places.ts';
import { ownDirectory } from '../links/event-directory-option.ts';
import { systemdOfNode } from './systemd-of-node.ts';

/** The places on this node; in CTDB's test mode all are below CTDB_BASE. */
export function installPlacesOfNode(): InstallPlaces {
  const { helperDir, sysEtcDir, base, ownRunDir, ownVarDir } = ctdbPaths(process.env);
  return {
    helperDir,
    sysEtcDir,
    systemd: systemdOfNode(),
    base,
    eventDirectory: ownDirectory(),
    commandLink: join(isInTestMode(process.env) ? base : '/', 'usr/local/bin/ctdb-hook'),
    caches: [ownRunDir, cachePath(process.env)],
    kept: ownVarDir,
  };
}

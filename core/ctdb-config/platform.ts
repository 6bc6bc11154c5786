import { join } from 'node:path';
import { sourceFile } from './source-file.ts';

/** The system's name in CTDB's scripts. */
export interface Platform {
  /** `redhat`, `debian`, `suse`, an os-release ID, or `unknown`. */
  readonly name: string;
  /** A warning for the log. */
  readonly warning?: string;
}

/** The groups of os-release(5) IDs, from ctdb/config/functions. */
const families = [
  { name: 'redhat', ids: ['centos', 'fedora', 'rhel'] },
  { name: 'debian', ids: ['debian', 'ubuntu'] },
  { name: 'suse', ids: ['sles', 'suse'] },
];

/** The names of which an ID_LIKE must have one to make a system `redhat`. */
const likeRedhat = ['centos', 'rhel'];

/** How long an os-release that needs sh may take, in milliseconds. */
const timeoutMs = 2000;

/**
 * Finds out the platform from `os-release` in the system's configuration directory.
 *
 * @throws TextFileError or ShError if the file is there and cannot be read
 */
export async function detectPlatform(sysEtcDir: string): Promise<Platform> {
  const sourced = await sourceFile(join(sysEtcDir, 'os-release'), { environment: {}, timeoutMs });
  const id = sourced?.variables.get('ID')?.value;
  if (!id) return { name: 'unknown', warning: 'WARNING: unknown platform' };
  const family = families.find(({ ids }) => ids.includes(id));
  if (family !== undefined) return { name: family.name };
  const like = sourced.variables.get('ID_LIKE')?.value?.split(/\s+/) ?? [];
  return { name: likeRedhat.some((name) => like.includes(name)) ? 'redhat' : id };
}

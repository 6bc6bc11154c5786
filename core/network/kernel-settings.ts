import { constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes the deletion of a primary address promote a secondary one, instead of taking all of its subnet away.
 *
 * A kernel that does not let us is no error. Equivalent to: `sysctl net.ipv4.conf.$device.promote_secondaries=1`.
 */
export async function promoteSecondaries(proc: string, device: string): Promise<void> {
  await writeSetting(join(proc, 'sys/net/ipv4/conf', device, 'promote_secondaries'));
}

/**
 * Flushes the route caches of kernels that have them.
 *
 * Equivalent to: `sysctl net.ipv4.route.flush=1 net.ipv6.route.flush=1`.
 */
export async function flushRouteCaches(proc: string): Promise<void> {
  for (const family of ['ipv4', 'ipv6']) {
    await writeSetting(join(proc, 'sys/net', family, 'route/flush'));
  }
}

/** Without O_CREAT: what the kernel does not have is not made. */
async function writeSetting(path: string): Promise<void> {
  const flag = constants.O_WRONLY | constants.O_TRUNC;
  await writeFile(path, '1\n', { flag }).catch(() => undefined);
}

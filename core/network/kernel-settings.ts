import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes the deletion of a primary address promote a secondary one, instead of taking all of its subnet away.
 *
 * A kernel that does not let us is no error. Equivalent to: `sysctl net.ipv4.conf.$device.promote_secondaries=1`.
 */
export function promoteSecondaries(proc: string, device: string): void {
  writeSetting(join(proc, 'sys/net/ipv4/conf', device, 'promote_secondaries'));
}

/**
 * Flushes the route caches of kernels that have them.
 *
 * Equivalent to: `sysctl net.ipv4.route.flush=1 net.ipv6.route.flush=1`.
 */
export function flushRouteCaches(proc: string): void {
  for (const family of ['ipv4', 'ipv6']) {
    writeSetting(join(proc, 'sys/net', family, 'route/flush'));
  }
}

/** Without O_CREAT: what the kernel does not have is not made. Proc answers at once, and sooner than a thread would. */
function writeSetting(path: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_WRONLY | constants.O_TRUNC);
    writeSync(file, '1\n');
  } catch {
    // A kernel that does not let us.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

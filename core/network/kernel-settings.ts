import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes the deletion of a primary address promote a secondary one. Otherwise the kernel deletes the whole subnet.
 *
 * Equivalent to: `sysctl net.ipv4.conf.$device.promote_secondaries=1`.
 *
 * @returns false if the kernel would delete the subnet all the same: a container may not write its settings.
 */
export function promoteSecondaries(proc: string, device: string): boolean {
  const pathOf = (which: string): string => join(proc, 'sys/net/ipv4/conf', which, 'promote_secondaries');
  writeSetting(pathOf(device));
  // One of the two settings is enough. A setting that cannot be read is not taken for either value.
  return readSetting(pathOf(device)) !== '0' || readSetting(pathOf('all')) === '1';
}

function readSetting(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}

/**
 * Flushes the route caches of kernels that have them.
 *
 * Equivalent to: `sysctl net.ipv4.route.flush=1 net.ipv6.route.flush=1`.
 */
export function flushRouteCaches(proc: string): void {
  for (const file of flushFiles(proc)) {
    try {
      writeSync(file, '1\n', 0);
    } catch {
      continue; // The kernel does not permit it.
    }
  }
}

/** The files stay open. They are written at each of a thousand events, and opening takes longer than flushing. */
function flushFiles(proc: string): readonly number[] {
  const known = openFlushFiles.get(proc);
  if (known !== undefined) return known;
  for (const files of openFlushFiles.values()) files.forEach(closeSync);
  openFlushFiles.clear();
  const files = ['ipv4', 'ipv6'].flatMap(
    (family) => openSetting(join(proc, 'sys/net', family, 'route/flush')) ?? [],
  );
  openFlushFiles.set(proc, files);
  return files;
}

const openFlushFiles = new Map<string, readonly number[]>();

function writeSetting(path: string): void {
  const file = openSetting(path);
  if (file === undefined) return;
  try {
    writeSync(file, '1\n');
  } catch {
    return; // The kernel does not permit it.
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a setting. There is no O_CREAT, so that a setting that the kernel does not have is not made. Proc answers at once,
 * and sooner than a thread would.
 */
function openSetting(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_TRUNC);
  } catch {
    return undefined;
  }
}

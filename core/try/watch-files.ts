import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** How long nothing has to happen after a change, in milliseconds: editors write a file in several steps. */
const quietMs = 80;

/**
 * Waits until one of these files has changed. It watches their folders: an editor may put a new file in the place of the old one.
 *
 * @returns when a file is another than when this was called, and nothing has happened for a moment
 * @throws Error if a folder cannot be watched, or is gone; the reason of the signal if it is aborted
 */
export async function filesChange(files: readonly string[], signal: AbortSignal): Promise<void> {
  const changed = Promise.withResolvers<undefined>();
  const were = files.map(identityOf);
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (files.some((file, index) => identityOf(file) !== were[index])) changed.resolve(undefined);
    }, quietMs);
  };
  const onAbort = (): void => {
    changed.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const watchers: FSWatcher[] = [];
  try {
    signal.throwIfAborted();
    for (const folder of new Set(files.map((file) => dirname(file))))
      watchers.push(watch(folder, look).on('error', changed.reject));
    look(); // What has changed before it was watched.
    await changed.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    for (const watcher of watchers) watcher.close();
  }
}

/** Of a file that is not there, too. */
function identityOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? 'none' : [found.ino, found.size, found.mtimeNs].join();
}

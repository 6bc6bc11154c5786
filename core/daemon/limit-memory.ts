import { readFileSync } from 'node:fs';

/** Memory of a host at which it is ended, in bytes: a plugin that eats more would take the node's services along. */
const residentBytesMax = 1024 * 1024 * 1024;

/** How often that is looked at, in milliseconds. */
const residentPollMs = 500;

/** Looks at the memory of a process until disposed, and says why it has to be ended if it takes too much. */
export function limitMemory(pid: number, onExceeded: (why: string) => void): Disposable {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes <= residentBytesMax) return;
    const [used, most] = [bytes, residentBytesMax].map((each) => Math.round(each / 2 ** 20));
    onExceeded(`it used ${used ?? 0} MiB of memory, expected ${most ?? 0} at most`);
  }, residentPollMs).unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}

/** The second number of statm is resident pages, of 4 KiB on x64 and, as Debian and Fedora build it, on arm64. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}

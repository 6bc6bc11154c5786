import { readFileSync } from 'node:fs';
import { loadLibc } from './libc.ts';

/** The number of madvise(2), and MADV_DONTNEED. */
const madvise = { x64: 28, arm64: 233 } as const;
const MADV_DONTNEED = 4;

/**
 * Lets go of the pages of Node's own file that this process has used to start: a quarter of its memory, of which it needs little
 * again. That it gets back from the kernel's cache. Only parts that are as they are in the file are let go of, and nothing where
 * they cannot be found.
 */
export async function unmapProgram(): Promise<void> {
  try {
    const libc = await loadLibc();
    const number = process.arch === 'arm64' ? madvise.arm64 : madvise.x64;
    for (const { begin, bytes } of unchangedParts())
      libc.call('syscall', number, begin, bytes, MADV_DONTNEED, 0);
  } catch {
    return; // The kernel may show no parts (CONFIG_PROC_PAGE_MONITOR), or refuse the call. Then it is as it was.
  }
}

/** The parts of Node's file that this process has mapped and not written to. */
function unchangedParts(): readonly { begin: number; bytes: number }[] {
  const parts = readFileSync('/proc/self/smaps', 'latin1').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return parts.flatMap((part) => {
    const [, from = '', to = '', path] =
      /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \S+ +(.*)$/m.exec(part) ?? [];
    const begin = Number.parseInt(from, 16);
    const isUnchanged = path === process.execPath && /^Anonymous: +0 kB$/m.test(part);
    return isUnchanged ? [{ begin, bytes: Number.parseInt(to, 16) - begin }] : [];
  });
}

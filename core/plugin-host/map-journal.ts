import { loadKoffi } from '../libc/load-koffi.ts';
import { JournalWriter, journalFileBytes } from './journal.ts';

/** From bits/mman-linux.h, the same on x64 and arm64. */
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_FAILED = 2n ** 64n - 1n;

/**
 * Makes a writer of the journal in this file. It writes into memory: to copy costs a tenth of a system call, and there is
 * one copy before each plugin. Undefined if koffi does not load, or there is no such file or no space for it.
 */
export function mapJournal(fd: number): JournalWriter | undefined {
  try {
    const koffi = loadKoffi();
    const libc = koffi.load('libc.so.6');
    const allocate = libc.func('posix_fallocate', 'int', ['int', 'int64_t', 'int64_t']);
    const map = libc.func('mmap', 'void *', ['void *', 'size_t', 'int', 'int', 'int', 'int64_t']);
    // The space is allocated before it is written to: if it ran out later, the kernel would end the process (SIGBUS).
    if (allocate(fd, 0, journalFileBytes) !== 0) return undefined;
    const address: unknown = map(null, journalFileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (address === MAP_FAILED) return undefined;
    return new JournalWriter(koffi.view(address, journalFileBytes));
  } catch {
    return undefined;
  }
}

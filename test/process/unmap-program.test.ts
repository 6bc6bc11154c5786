import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unmapProgram } from '../../core/process/unmap-program.ts';

/** How much of Node's file is mapped now, in KiB. */
const mappedKib = (): number =>
  readFileSync('/proc/self/smaps', 'latin1')
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .filter((part) => part.split('\n')[0]?.endsWith(` ${process.execPath}`) === true)
    .reduce((sum, part) => sum + Number(/^Rss: +(\d+) kB$/m.exec(part)?.[1]), 0);

test('what a process has needed to start it lets go of, and goes on', async () => {
  const before = mappedKib();
  await unmapProgram();
  expect(mappedKib()).toBeLessThan(before - 5_000);
  expect(await import('node:zlib')).toHaveProperty('gzipSync');
});

import { writeSync } from 'node:fs';
import { readProcEntry } from '../proc-table.ts';
import { describeProcesses } from './describe-groups.ts';

/*
 * Prints what processes are doing. A program of its own, to be killed at a deadline, because reading /proc of a process
 * in an uninterruptible wait can hang. Arguments as kill(1) has them: -GROUP for a process group, PID for a process with
 * its descendants.
 */

const numbers = process.argv.slice(2).map(Number);
const groups = numbers.filter((number) => number < 0).map((number) => -number);
const pids = numbers.filter((number) => number > 0);
// Whoever asks has seen them before it started this program.
const askedAtTicks = readProcEntry(process.pid)?.startTicks;
try {
  for (const piece of describeProcesses(groups, pids, askedAtTicks)) {
    // At once, not through a stream: what is known must be out before the next read hangs.
    writeSync(1, piece);
  }
} catch {
  // Nobody reads any more.
  process.exitCode = 1;
}

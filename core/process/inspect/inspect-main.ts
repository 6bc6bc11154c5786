import { writeSync } from 'node:fs';
import { readProcEntry } from '../proc-table.ts';
import { describeProcesses } from './describe-groups.ts';

/*
 * Prints what processes are doing. This is a program of its own that can be killed at a deadline, because reading /proc of
 * a process in an uninterruptible wait can hang. The arguments are those of kill(1): -GROUP for a process group, PID for a
 * process with its descendants.
 */

const numbers = process.argv.slice(2).map(Number);
const groups = numbers.filter((number) => number < 0).map((number) => -number);
const pids = numbers.filter((number) => number > 0);
// The asker saw the processes before it started this program.
const askedAtTicks = readProcEntry(process.pid)?.startTicks;
try {
  for (const piece of describeProcesses(groups, pids, askedAtTicks)) {
    // This writes at once and not through a stream: everything known must be out before the next read hangs.
    writeSync(1, piece);
  }
} catch {
  // Nobody reads the output any more.
  process.exitCode = 1;
}

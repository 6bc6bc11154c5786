/**
 * Starts writers on one ledger and kills each (SIGKILL) at a random moment, as often as asked, or until its time is up.
 *
 *   node --single-threaded killed-writers.ts LEDGER LOG KILLS SURVIVAL_MS TIME_MS
 *
 * It prints how many were killed indeed.
 *
 * A writer is a fork(2) of this process, which costs 2 ms where a new Node costs 40: forked, it opens the ledger and
 * runs synchronous code only, as the threads of V8 and libuv are not there. What it was told is durable it appends to
 * LOG, a line at once. Four lanes have a writer each at any time, and no address is ever taken twice:
 *
 *   + ADDRESS        noteTaken has returned          ~ ADDRESS   noteReleased begins
 *   a LANE           acknowledge has returned        - ADDRESS   noteReleased has returned
 *   s LANE SERIAL    writeState has returned         ! TEXT      the ledger reported, or an operation threw
 *
 * Lines are filled with blanks to a length that divides a page: the kernel writes page by page, and a writer that is killed
 * in between (one in a thousand) leaves half a line, to which the next writer's is added.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import koffi from 'koffi';
import { Ledger } from '../../core/ledger/ledger.ts';

const [path = '', logPath = '', kills = '0', survivalMs = '0', timeMs = '0'] = process.argv.slice(2);
const lanes = 4;
/** A writer ends by itself after so many changes, should nobody be left to kill it. */
const changesMax = 2000;
/** So many addresses of a lane stay; a new writer releases the older ones. */
const addressesKept = 8;

const libc = koffi.load('libc.so.6');
const fork = libc.func('int fork()') as () => number;
const waitpid = libc.func('int waitpid(int pid, _Out_ int *status, int options)') as (
  pid: number,
  status: number[],
  options: number,
) => number;
const madvise = libc.func('int madvise(uintptr_t address, size_t length, int advice)') as (
  address: bigint,
  length: bigint,
  advice: number,
) => number;
const exit = libc.func('void _exit(int status)') as (status: number) => void;

/** Bytes of a line of the log, or several times as many. */
const lineBytes = 64;

const log = openSync(logPath, 'a');
const say = (line: string): void => {
  const bytes = Math.ceil((line.length + 1) / lineBytes) * lineBytes;
  writeSync(log, `${line.padEnd(bytes - 1)}\n`);
};

interface Writer {
  readonly pid: number;
  readonly lane: number;
  readonly killAt: number;
}

/** V8 keeps its heap out of forks (MADV_DONTFORK); MADV_DOFORK (madvise(2)) takes that back. */
function letMemoryFork(): void {
  const doFork = 11;
  for (const [, from = '', to = ''] of readFileSync('/proc/self/maps', 'utf8').matchAll(
    /^([0-9a-f]+)-([0-9a-f]+)/gm,
  )) {
    const address = BigInt(`0x${from}`);
    madvise(address, BigInt(`0x${to}`) - address, doFork);
  }
}

function start(lane: number, generation: number): Writer {
  letMemoryFork();
  const pid = fork();
  if (pid < 0) throw new Error('fork failed');
  if (pid > 0) return { pid, lane, killAt: performance.now() + Math.random() * Number(survivalMs) };
  try {
    write(lane, generation);
  } catch (error) {
    say(`! ${String(error)}`);
  }
  exit(0);
  throw new Error('unreachable');
}

function write(lane: number, generation: number): void {
  const ledger = Ledger.open(path, {
    report: (message) => {
      say(`! ${message}`);
    },
  });
  releaseOld(ledger, lane);
  for (let change = 0; change < changesMax; change++) {
    const ip = `fd00:${lane}::${generation.toString(16)}:${change.toString(16)}`;
    ledger.noteTaken({ iface: 'eth0', ip, maskBits: 64 });
    say(`+ ${ip}`);
    if (change % 3 === 1) {
      ledger.changesFor(`lane${lane}`).acknowledge();
      say(`a ${lane}`);
    }
    if (change % 3 === 2) {
      const serial = generation * changesMax + change;
      ledger.writeState(`lane${lane}`, { serial });
      say(`s ${lane} ${serial}`);
    }
  }
}

function releaseOld(ledger: Ledger, lane: number): void {
  const held = ledger.changesFor('nobody').changes.taken.filter(({ ip }) => ip.startsWith(`fd00:${lane}:`));
  for (const { ip } of held.slice(0, -addressesKept)) {
    say(`~ ${ip}`);
    ledger.noteReleased(ip);
    say(`- ${ip}`);
  }
}

/** A sleep without a thread or an event loop. */
const bell = new Int32Array(new SharedArrayBuffer(4));
const sleepUntil = (when: number): unknown => Atomics.wait(bell, 0, 0, Math.max(0, when - performance.now()));

/** Whether it was the signal that ended the writer; one that ended before was not killed. */
function kill({ pid }: Writer): boolean {
  const status = [0];
  process.kill(pid, 'SIGKILL');
  waitpid(pid, status, 0);
  return ((status[0] ?? 0) & 0x7f) === constants.signals.SIGKILL;
}

const end = performance.now() + Number(timeMs);
let generation = 0;
let killed = 0;
const running = Array.from({ length: lanes }, (_, lane) => start(lane, generation++));
while (killed < Number(kills) && generation < 2 * Number(kills) && performance.now() < end) {
  const next = running.toSorted((one, other) => one.killAt - other.killAt)[0];
  if (next === undefined) break;
  sleepUntil(next.killAt);
  if (kill(next)) killed++;
  running.splice(running.indexOf(next), 1, start(next.lane, generation++));
}
for (const writer of running) if (kill(writer)) killed++;
closeSync(log);
process.stdout.write(`${killed}\n`);

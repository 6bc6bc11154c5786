import { join } from 'node:path';
import { readMemory, readString } from './memory.ts';
import { quote } from './quote.ts';
import { readLink } from './read-bounded.ts';
import { formatEnd, type Sockets } from './sockets.ts';
import { type CallArgumentKind, systemCall } from './system-calls.ts';
import type { KernelCall } from './task.ts';

/** Most descriptors of a poll that are named. */
const pollfdsMax = 8;
/** `struct pollfd`. */
const pollfdBytes = 8;
/** The working directory's number among descriptors (openat(2)). */
const AT_FDCWD = -100;

/** The process that made the call, and the known sockets. */
export interface CallContext {
  readonly pid: number;
  readonly sockets: Sockets;
  /** Whether the process's memory may be read. This may hang if the process is in an uninterruptible wait. */
  readonly memory: boolean;
}

/**
 * Describes what a task is blocked in: the system call, and the paths, files, sockets or process of its arguments, if they
 * can be read.
 */
export function blockedIn(call: KernelCall, context: CallContext): string {
  if (call.number < 0) return 'outside a system call, as in a page fault';
  // A 32-bit program has other numbers; its stack is below 4 GiB.
  const known = call.stackPointer > 0xffff_ffffn ? systemCall(call.number, process.arch) : undefined;
  if (known === undefined) return `system call ${call.number}`;
  const words = known.arguments.flatMap(
    (kind, index) => describe(kind, index, call, known.arguments, context) ?? [],
  );
  return [known.name, ...words].join(' ');
}

function describe(
  kind: CallArgumentKind,
  index: number,
  call: KernelCall,
  kinds: readonly CallArgumentKind[],
  context: CallContext,
): string | undefined {
  const value = call.arguments[index] ?? 0n;
  const { pid, memory } = context;
  switch (kind) {
    case 'other':
    case 'directory':
      return undefined;
    case 'descriptor':
      return descriptor(asInt(value), context);
    case 'child':
      return asInt(value) > 0 ? `for ${asInt(value)}` : 'for a child';
    case 'path':
      if (!memory) return undefined;
      return path(
        pid,
        value,
        kinds[index - 1] === 'directory' ? asInt(call.arguments[index - 1] ?? 0n) : AT_FDCWD,
      );
    case 'address':
      return memory ? socketAddress(pid, value, Number(call.arguments[index + 1] ?? 0n)) : undefined;
    case 'pollfds':
      return memory ? pollfds(value, Number(call.arguments[index + 1] ?? 0n), context) : undefined;
    default:
      return kind satisfies never;
  }
}

const asInt = (value: bigint): number => Number(BigInt.asIntN(32, value));

function descriptor(number: number, { pid, sockets }: CallContext): string {
  const target = readLink(`/proc/${pid}/fd/${number}`);
  if (target === undefined) return `fd ${number}`;
  const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
  const socket = inode === undefined ? undefined : sockets.describe(pid, inode);
  return `fd ${number} ${quote(socket ?? target)}`;
}

function path(pid: number, address: bigint, directory: number): string | undefined {
  const text = readString(pid, address)?.toString();
  if (text === undefined) return undefined;
  if (text.startsWith('/')) return quote(text);
  const base = readLink(directory === AT_FDCWD ? `/proc/${pid}/cwd` : `/proc/${pid}/fd/${directory}`);
  return quote(base?.startsWith('/') === true ? join(base, text) : text);
}

/** `struct sockaddr_in`, `sockaddr_in6` and `sockaddr_un` (ip(7), ipv6(7), unix(7)). */
function socketAddress(pid: number, address: bigint, length: number): string | undefined {
  if (length < 2 || length > 128) return undefined;
  const bytes = readMemory(pid, address, length);
  const family = bytes?.readUInt16LE(0);
  if (bytes === undefined) return undefined;
  if (family === 2 && length >= 8) return `to ${formatEnd(bytes.subarray(4, 8), bytes.readUInt16BE(2))}`;
  if (family === 10 && length >= 24) return `to ${formatEnd(bytes.subarray(8, 24), bytes.readUInt16BE(2))}`;
  if (family === 1) return `to ${quote(bytes.toString('utf8', 2).replace(/(?<=.)\0.*$/s, ''))}`;
  return undefined;
}

function pollfds(address: bigint, count: number, context: CallContext): string | undefined {
  const shown = Math.min(count, pollfdsMax);
  if (!(shown > 0)) return undefined;
  const bytes = readMemory(context.pid, address, shown * pollfdBytes);
  if (bytes === undefined) return undefined;
  const numbers = Array.from({ length: shown }, (_, index) => bytes.readInt32LE(index * pollfdBytes));
  const names = numbers.filter((number) => number >= 0).map((number) => descriptor(number, context));
  return names.join(', ') + (count > shown ? `, ${count - shown} more` : '');
}

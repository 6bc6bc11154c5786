/**
 * Runs a command, and all that it starts, as a kernel does that lacks a system call: a filter of the kernel (seccomp(2)) answers ENOSYS
 * for it. `without-system-call.ts NUMBER COMMAND [ARG ...]`
 */
import { spawnSync } from 'node:child_process';
import { loadLibc } from '../../core/process/libc.ts';

/** From <linux/prctl.h> and <linux/seccomp.h>. */
const PR_SET_SECCOMP = 22;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_MODE_FILTER = 2;
const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_ERRNO = 0x00050000;
const ENOSYS = 38;

/** Of <linux/bpf_common.h>: load a word, jump if equal, return. */
const [BPF_LOAD, BPF_JUMP_EQUAL, BPF_RETURN] = [0x20, 0x15, 0x06];

const [, , number = '', command = '', ...args] = process.argv;
const program = [
  [BPF_LOAD, 0, 0, 0], // The number of the call.
  [BPF_JUMP_EQUAL, 0, 1, Number(number)],
  [BPF_RETURN, 0, 0, SECCOMP_RET_ERRNO | ENOSYS],
  [BPF_RETURN, 0, 0, SECCOMP_RET_ALLOW],
] as const;
const filter = Buffer.alloc(8 * program.length);
for (const [index, [code, ifTrue, ifFalse, operand]] of program.entries()) {
  filter.writeUInt16LE(code, 8 * index);
  filter.writeUInt8(ifTrue, 8 * index + 2);
  filter.writeUInt8(ifFalse, 8 * index + 3);
  filter.writeUInt32LE(operand, 8 * index + 4);
}
const libc = await loadLibc();
const descriptor = Buffer.alloc(16); // A struct sock_fprog.
descriptor.writeUInt16LE(program.length);
descriptor.writeBigUInt64LE(libc.addressOf(filter), 8);
libc.call('prctl', PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
libc.call('prctl', PR_SET_SECCOMP, SECCOMP_MODE_FILTER, libc.addressOf(descriptor), 0, 0);
process.exitCode = spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;

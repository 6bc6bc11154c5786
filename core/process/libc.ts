import { getSystemErrorName } from 'node:util';
import { loadKoffi } from '../libc/load-koffi.ts';
import { ErrnoError } from './errno-error.ts';

/**
 * The functions of the C library that start a program, wait for its end and the like. Pointers are Buffers. An argument
 * stays alive until the call has returned.
 */
export interface Libc {
  /** The address of a Buffer's first byte. It keeps nothing alive: write it only into that Buffer itself. */
  readonly addressOf: (buffer: Buffer) => bigint;
  /** Calls a function. Throws an `ErrnoError` if the call fails. */
  call(
    name: ReturnsErrno | ReturnsMinusOne,
    ...args: readonly (number | bigint | string | Buffer | null)[]
  ): number;
}

type ReturnsErrno = keyof typeof returnsErrno;
type ReturnsMinusOne = keyof typeof returnsMinusOne;

/** Functions that answer an errno, with the types of their arguments. */
const returnsErrno = {
  posix_spawn: ['void *', 'void *', 'void *', 'void *', 'void *', 'void *'],
  posix_spawnattr_init: ['void *'],
  posix_spawnattr_setflags: ['void *', 'short'],
  posix_spawnattr_setsigdefault: ['void *', 'void *'],
  posix_spawnattr_setsigmask: ['void *', 'void *'],
  posix_spawn_file_actions_init: ['void *'],
  posix_spawn_file_actions_adddup2: ['void *', 'int', 'int'],
  posix_spawn_file_actions_destroy: ['void *'],
} as const;

/** Functions that answer -1 and set errno. */
const returnsMinusOne = {
  pipe2: ['void *', 'int'],
  socket: ['int', 'int', 'int'],
  bind: ['int', 'void *', 'uint32_t'],
  waitid: ['int', 'uint32_t', 'void *', 'int'],
  fcntl: ['int', 'int', 'long'],
  lockf: ['int', 'int', 'long'],
  prctl: ['int', 'long', 'long', 'long', 'long'],
  dup2: ['int', 'int'],
  mkfifo: ['str', 'uint32_t'],
  syscall: ['long', 'long', 'long', 'long', 'long'],
} as const;

let opened: Libc | undefined;

/** Loads koffi, and the C library through it, once in this process. Rejects if either does not load. */
export async function loadLibc(): Promise<Libc> {
  opened ??= openLibc();
  return Promise.resolve(opened);
}

function openLibc(): Libc {
  const koffi = loadKoffi();
  const library = koffi.load('libc.so.6');
  const functions = new Map<string, (...args: unknown[]) => number>();
  for (const [name, types] of Object.entries({ ...returnsErrno, ...returnsMinusOne })) {
    functions.set(name, library.func(name, 'int', [...types]));
  }
  return {
    addressOf: (buffer) => koffi.address(buffer),
    call(name, ...args) {
      const result = functions.get(name)?.(...args) ?? -1;
      const errno = name in returnsErrno ? result : result === -1 ? koffi.errno() : 0;
      if (errno !== 0) throw new ErrnoError(name, getSystemErrorName(-errno));
      return result;
    },
  };
}

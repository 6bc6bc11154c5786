/** The kind of a system call's argument, if it says something about what the call waits for. */
export type CallArgumentKind =
  /** Nothing to show. */
  | 'other'
  /** A path. It is relative to the directory argument before it, if there is one, else to the working directory. */
  | 'path'
  /** A directory's descriptor, or AT_FDCWD. */
  | 'directory'
  | 'descriptor'
  /** An array of `struct pollfd`, its length in the next argument. */
  | 'pollfds'
  /** A socket's address. */
  | 'address'
  /** The process that is waited for. */
  | 'child';

/** A system call that may block, and its first arguments. */
export interface SystemCall {
  readonly name: string;
  readonly arguments: readonly CallArgumentKind[];
}

/** The arguments of the calls that wait for something with a name; see their pages in section 2 of the manual. */
const argumentsOf: Readonly<Record<string, readonly CallArgumentKind[]>> = {
  ...each(
    'open stat lstat access truncate chdir mkdir rmdir creat unlink readlink chmod chown statfs umount2 getxattr ' +
      'lgetxattr setxattr listxattr execve',
    ['path'],
  ),
  ...each('rename link', ['path', 'path']),
  ...each(
    'openat openat2 mkdirat unlinkat newfstatat readlinkat fchmodat faccessat faccessat2 statx execveat utimensat',
    ['directory', 'path'],
  ),
  ...each('renameat renameat2', ['directory', 'path', 'directory', 'path']),
  ...each('symlink mount', ['other', 'path']),
  ...each(
    'read write close fstat ioctl pread64 pwrite64 readv writev preadv pwritev accept accept4 sendto recvfrom sendmsg ' +
      'recvmsg fcntl flock fsync fdatasync ftruncate getdents getdents64 fstatfs syncfs fallocate sync_file_range ' +
      'epoll_wait epoll_pwait epoll_pwait2 io_uring_enter',
    ['descriptor'],
  ),
  ...each('sendfile copy_file_range', ['descriptor', 'descriptor']),
  splice: ['descriptor', 'other', 'descriptor'],
  connect: ['descriptor', 'address'],
  ...each('poll ppoll', ['pollfds']),
  wait4: ['child'],
};

function each(
  names: string,
  kinds: readonly CallArgumentKind[],
): Readonly<Record<string, readonly CallArgumentKind[]>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kinds]));
}

/** Numbers on x64 (arch/x86/entry/syscalls/syscall_64.tbl of Linux). */
const x64 =
  'read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 poll 7 mmap 9 munmap 11 ioctl 16 pread64 17 pwrite64 18 ' +
  'readv 19 writev 20 access 21 select 23 msync 26 pause 34 nanosleep 35 sendfile 40 connect 42 accept 43 sendto 44 ' +
  'recvfrom 45 sendmsg 46 recvmsg 47 clone 56 vfork 58 execve 59 exit 60 wait4 61 semop 65 msgrcv 70 fcntl 72 ' +
  'flock 73 fsync 74 fdatasync 75 truncate 76 ftruncate 77 getdents 78 chdir 80 rename 82 mkdir 83 rmdir 84 creat 85 ' +
  'link 86 unlink 87 symlink 88 readlink 89 chmod 90 chown 92 rt_sigtimedwait 128 rt_sigsuspend 130 statfs 137 ' +
  'fstatfs 138 sync 162 mount 165 umount2 166 setxattr 188 getxattr 191 lgetxattr 192 listxattr 194 futex 202 ' +
  'getdents64 217 restart_syscall 219 semtimedop 220 clock_nanosleep 230 exit_group 231 epoll_wait 232 waitid 247 ' +
  'openat 257 mkdirat 258 newfstatat 262 unlinkat 263 renameat 264 readlinkat 267 fchmodat 268 faccessat 269 ' +
  'pselect6 270 ppoll 271 splice 275 sync_file_range 277 utimensat 280 epoll_pwait 281 fallocate 285 accept4 288 ' +
  'preadv 295 pwritev 296 syncfs 306 renameat2 316 execveat 322 copy_file_range 326 statx 332 io_uring_enter 426 ' +
  'clone3 435 openat2 437 faccessat2 439 epoll_pwait2 441';

/** Numbers on arm64 (include/uapi/asm-generic/unistd.h of Linux). */
const arm64 =
  'setxattr 5 getxattr 8 lgetxattr 9 listxattr 11 epoll_pwait 22 fcntl 25 ioctl 29 flock 32 mkdirat 34 unlinkat 35 ' +
  'renameat 38 umount2 39 mount 40 statfs 43 fstatfs 44 truncate 45 ftruncate 46 fallocate 47 faccessat 48 chdir 49 ' +
  'fchmodat 53 openat 56 close 57 getdents64 61 read 63 write 64 readv 65 writev 66 pread64 67 pwrite64 68 preadv 69 ' +
  'pwritev 70 sendfile 71 pselect6 72 ppoll 73 splice 76 readlinkat 78 newfstatat 79 fstat 80 sync 81 fsync 82 ' +
  'fdatasync 83 sync_file_range 84 utimensat 88 exit 93 exit_group 94 waitid 95 futex 98 nanosleep 101 ' +
  'clock_nanosleep 115 restart_syscall 128 rt_sigsuspend 133 rt_sigtimedwait 137 msgrcv 188 semtimedop 192 semop 193 ' +
  'accept 202 connect 203 sendto 206 recvfrom 207 sendmsg 211 recvmsg 212 munmap 215 clone 220 execve 221 mmap 222 ' +
  'msync 227 accept4 242 wait4 260 syncfs 267 renameat2 276 execveat 281 copy_file_range 285 statx 291 ' +
  'io_uring_enter 426 clone3 435 openat2 437 faccessat2 439 epoll_pwait2 441';

const tables: Readonly<Partial<Record<string, ReadonlyMap<number, string>>>> = {
  x64: byNumber(x64),
  arm64: byNumber(arm64),
};

function byNumber(table: string): ReadonlyMap<number, string> {
  const pairs = [...table.matchAll(/(\w+) (\d+)/g)];
  return new Map(pairs.map(([, name = '', number]) => [Number(number), name]));
}

/** The system call with this number on an architecture (`process.arch`). Undefined if it is none that blocks. */
export function systemCall(number: number, arch: string): SystemCall | undefined {
  const name = tables[arch]?.get(number);
  return name === undefined ? undefined : { name, arguments: argumentsOf[name] ?? [] };
}

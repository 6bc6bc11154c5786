import { closeSync, readdirSync } from 'node:fs';
import { bytesOf } from '../text/bytes-as-text.ts';
import type { Backend, Group, Pipe, SpawnedProcess, SpawnRequest } from './backend.ts';
import { environmentStrings } from './environment.ts';
import { type Libc, loadLibc } from './libc.ts';
import { Reaper } from './reaper.ts';
import { stringArray } from './string-array.ts';

/** Starts programs by posix_spawn, called through koffi. Throws if koffi does not load. */
export async function loadKoffiBackend(): Promise<Backend> {
  return new KoffiBackend(await loadLibc());
}

class KoffiBackend implements Backend {
  readonly name = 'koffi';
  readonly #libc: Libc;
  readonly #reaper: Reaper;
  readonly #attributes: Readonly<Record<Group, Buffer>>;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#reaper = new Reaper(libc);
    this.#attributes = {
      own: makeAttributes(libc, POSIX_SPAWN_SETPGROUP),
      inherited: makeAttributes(libc, 0),
      session: makeAttributes(libc, POSIX_SPAWN_SETSID),
    };
    closeInheritedDescriptorsOnExec(libc);
  }

  makePipes(count: number): readonly Pipe[] {
    const pipes: Pipe[] = [];
    try {
      while (pipes.length < count) pipes.push(this.#makePipe());
    } catch (error) {
      for (const pipe of pipes) [pipe.readEnd, pipe.writeEnd].forEach(closeSync);
      throw error;
    }
    return pipes;
  }

  spawn(request: SpawnRequest): SpawnedProcess {
    const pid = this.#spawn(request);
    return {
      pid,
      ended: this.#reaper.watch(pid, request.holdsPid),
      unref: () => {
        this.#reaper.unref(pid);
      },
      signal: (signal) => {
        if (this.#reaper.isHeld(pid)) process.kill(pid, signal);
      },
      isPidHeld: request.holdsPid,
      letGo: () => {
        this.#reaper.letGo(pid);
      },
    };
  }

  #makePipe(): Pipe {
    const ends = Buffer.alloc(8);
    this.#libc.call('pipe2', ends, O_CLOEXEC);
    return { readEnd: ends.readInt32LE(0), writeEnd: ends.readInt32LE(4) };
  }

  #spawn({ file, argv, environment, group, descriptors }: SpawnRequest): number {
    const libc = this.#libc;
    const pid = Buffer.alloc(4);
    const path = Buffer.concat([bytesOf(file), nul]);
    const args = stringArray(libc.addressOf, argv);
    const variables = stringArray(libc.addressOf, environmentStrings(environment));
    // In glibc 2.28 a descriptor that is copied onto itself stays closed on exec. So none of 0 to 2 is copied from 0 to 2.
    const copies = descriptors.map((from) =>
      from > 2 ? from : libc.call('fcntl', from, F_DUPFD_CLOEXEC, 3),
    );
    const actions = Buffer.alloc(structBytesMax);
    libc.call('posix_spawn_file_actions_init', actions);
    try {
      copies.forEach((from, to) => libc.call('posix_spawn_file_actions_adddup2', actions, from, to));
      libc.call('posix_spawn', pid, path, actions, this.#attributes[group], args, variables);
    } finally {
      libc.call('posix_spawn_file_actions_destroy', actions);
      for (const copy of copies) if (!descriptors.includes(copy)) closeSync(copy);
    }
    return pid.readInt32LE();
  }
}

const nul = Buffer.alloc(1);

/**
 * The attributes of a start. Every signal has its default action, except SIGPIPE: Node ignores it and the program inherits
 * this, as under ctdbd. No signal is blocked.
 */
function makeAttributes(libc: Libc, flags: number): Buffer {
  const attributes = Buffer.alloc(structBytesMax);
  const emptyMask = Buffer.alloc(signalSetBytes);
  const defaults = Buffer.alloc(signalSetBytes);
  for (let signal = 1; signal <= 64; signal += 1) {
    if (signal !== SIGPIPE) setBit(defaults, signal - 1);
  }
  libc.call('posix_spawnattr_init', attributes);
  libc.call('posix_spawnattr_setsigdefault', attributes, defaults);
  libc.call('posix_spawnattr_setsigmask', attributes, emptyMask);
  libc.call('posix_spawnattr_setflags', attributes, flags | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  return attributes;
}

function setBit(bytes: Buffer, bit: number): void {
  const byte = bit >> 3;
  bytes.writeUInt8(bytes.readUInt8(byte) | (1 << (bit & 7)), byte);
}

/** Closes the descriptors on exec that this process has inherited. Descriptors that Node opens are closed on exec anyway. */
function closeInheritedDescriptorsOnExec(libc: Libc): void {
  for (const name of readdirSync('/proc/self/fd')) {
    if (Number(name) <= 2) continue;
    try {
      libc.call('fcntl', Number(name), F_SETFD, FD_CLOEXEC);
    } catch {
      // This is the descriptor that read the directory. It is closed by now.
    }
  }
}

/** From <spawn.h>, <fcntl.h> and <signal.h> of glibc on Linux, the same on x64 and arm64. */
const POSIX_SPAWN_SETPGROUP = 0x02;
const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
const POSIX_SPAWN_SETSID = 0x80;
const O_CLOEXEC = 0o2000000;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const F_DUPFD_CLOEXEC = 1030;
const SIGPIPE = 13;
const signalSetBytes = 128;

/** Room for a posix_spawnattr_t (336 bytes) or a posix_spawn_file_actions_t (80 bytes). */
const structBytesMax = 512;

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { Disk } from './disk.ts';
import { Program } from './program.ts';
import { rootsDirectory } from './releases.ts';

/** How a command in a machine ended. */
export interface CommandOutcome {
  /** Its exit status; 124 when it took longer than a command may. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest time that a command in a machine may take. */
const commandTimeoutMs = 30_000;

/** The environment of everything in a machine: nothing of the test's own, so that what works here works anywhere. */
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Everything that a machine has of its own; its init gets SIGKILL when this program ends. */
const unshare = 'unshare --fork --kill-child --pid --net --mount --uts --ipc --'.split(' ');

/** Where machines that were started beside each other find the files that they share. */
export const sharedDirectory = '/run/shared';

/** Where a machine on another file system has a directory of its own that is on the real computer's disk. */
export const diskDirectory = '/srv';

/** What a machine is started with. */
export interface MachineSettings {
  /** The machine that it shares what stands in `sharedDirectory` with. */
  readonly beside?: Machine | undefined;
  /** The directory whose files it sees as `/`, which it does not change; those of the real computer if it is not given. */
  readonly root?: string | undefined;
}

/**
 * A throwaway computer: its own network, processes, mounts and host name, on the file system of the real one or on that
 * of another release, over which it has a layer in memory that takes what it writes.
 *
 * All of it hangs on one process, the machine's init, which ends with the process that started it, however that
 * ends. It has no name outside and writes nothing to a disk, so there is never anything left to clean up.
 */
export class Machine {
  readonly name: string;
  /** Its init, as this process sees it. */
  readonly pid: number;
  readonly #holder: ChildProcess;
  readonly #disk: Disk | undefined;

  private constructor(name: string, pid: number, holder: ChildProcess, disk: Disk | undefined) {
    this.name = name;
    this.pid = pid;
    this.#holder = holder;
    this.#disk = disk;
  }

  /** Starts a machine. */
  static async start(name: string, { beside, root }: MachineSettings = {}): Promise<Machine> {
    const enter = beside === undefined ? [] : ['nsenter', '--target', `${beside.pid}`, '--mount', '--'];
    const script = root === undefined ? onThisSystem : onAnotherSystem;
    const disk = root === undefined ? undefined : new Disk();
    const directories = disk === undefined ? [] : [root ?? '', checkout, disk.path];
    const init = ['sh', '-c', script, name, ...directories];
    const command = [...enter, 'setpriv', '--pdeathsig', 'KILL', ...unshare, ...init];
    const holder = spawn('env', command, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const complaint = text(holder.stderr);
    for await (const _ready of createInterface(holder.stdout)) {
      return new Machine(name, await onlyChildOf(holder), holder, disk);
    }
    throw new Error(`Machine ${name} does not start: ${await complaint}`);
  }

  /** Whether it has not been powered off. */
  get isOn(): boolean {
    return this.#holder.exitCode === null && this.#holder.signalCode === null;
  }

  /** Runs a command in the machine and tells how it ended. */
  async attempt(file: string, ...args: readonly string[]): Promise<CommandOutcome> {
    // timeout(1) runs inside, because a signal to nsenter does not reach what it has started.
    const bounded = ['timeout', '--kill-after=1', `${commandTimeoutMs / 1000}`, file, ...args];
    const { exitCode, stdout, stderr } = await execa('nsenter', [...this.entrance(), ...bounded], {
      env: environment,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
    });
    return { code: exitCode ?? -1, stdout, stderr };
  }

  /**
   * Runs a command in the machine and returns what it wrote to standard output, without the last newline.
   *
   * @throws Error with all that the command said, if it does not exit with status 0.
   */
  async run(file: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(file, ...args);
    if (code === 0) return stdout;
    throw new Error(`${this.name}: "${[file, ...args].join(' ')}" exits with ${code}: ${stdout}\n${stderr}`);
  }

  /** Starts a program in the machine that goes on while the test does. */
  start(file: string, ...args: readonly string[]): Program {
    return new Program('nsenter', [...this.entrance(), file, ...args], environment);
  }

  /** Makes or replaces a file in the machine, at once for whoever reads it, and the directories that lead to it. */
  async write(path: string, content: string, mode = 0o644): Promise<void> {
    const file = this.outside(path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, content, { mode });
    await rename(`${file}.new`, file);
  }

  /** The text of a file in the machine, or nothing if there is none. */
  async read(path: string): Promise<string> {
    return readFile(this.outside(path), 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    });
  }

  /** The name of the program that a process runs, by its id in the machine; undefined if there is no such process. */
  commandOf(pid: string): string | undefined {
    try {
      return readFileSync(this.outside(`/proc/${pid}/comm`), 'utf8').trim();
    } catch (error) {
      // A process may end between open and read: ESRCH.
      if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
        return undefined;
      throw error;
    }
  }

  /** The ids in the machine of the processes whose command line has a match. */
  pidsOf(pattern: RegExp): readonly string[] {
    const commandLine = (pid: string): string => {
      try {
        return readFileSync(this.outside(`/proc/${pid}/cmdline`), 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // It has ended.
      }
    };
    const pids = readdirSync(this.outside('/proc')).filter((name) => /^\d+$/.test(name));
    return pids.filter((pid) => pattern.test(commandLine(pid)));
  }

  /** Ends the machine and everything in it at once, as a power cut does. */
  async powerOff(): Promise<void> {
    if (!this.isOn) return;
    const exit = once(this.#holder, 'exit');
    // The kernel ends every process of a PID namespace with its init, before the holder learns that init is gone.
    process.kill(this.pid, 'SIGKILL');
    await exit;
    this.#disk?.[Symbol.dispose]();
  }

  /** What nsenter(1) is told so that a command runs in the machine. */
  entrance(): readonly string[] {
    if (!this.isOn) throw new Error(`Machine ${this.name} is off`);
    return ['--target', `${this.pid}`, '--pid', '--net', '--mount', '--uts', '--ipc', '--'];
  }

  /** The path by which this process reaches a file of the machine. */
  outside(path: string): string {
    if (!this.isOn) throw new Error(`Machine ${this.name} is off`);
    return `/proc/${this.pid}/root${path}`;
  }
}

/** The process id of the one process that `unshare --fork` starts. */
async function onlyChildOf({ pid }: ChildProcess): Promise<number> {
  return Number(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'));
}

/** This checkout, which machines see in its own place, whatever their file system. */
const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** What init does in the end: it waits for ever, which also reaps orphans. */
const goOn = `
echo "$0" >/proc/sys/kernel/hostname
ip link set lo up
echo ready
while :; do sleep infinity & wait; done
`;

/**
 * The init of a machine on the file system of the real computer, a shell script whose `$0` is the machine's name.
 *
 * A /run of its own keeps sockets and locks apart from those of the real computer and its service manager; mount(8)
 * keeps no table, because that would be in /run. The file systems of other releases stay where they are, for machines
 * that are started beside this one.
 */
const onThisSystem = `
set -e
mount -n -t proc proc /proc
mount -n -t sysfs sysfs /sys
mount -n -t tmpfs -o mode=0755 tmpfs /mnt
mkdir /mnt/shared
[ ! -d ${sharedDirectory} ] || mount -n --bind ${sharedDirectory} /mnt/shared
mount -n --move /mnt /run
if [ -d ${rootsDirectory} ]; then mkdir /run/roots; mount -n --bind ${rootsDirectory} /run/roots; fi
for directory in /var/log /var/cache; do mount -n -t tmpfs -o mode=0755 tmpfs "$directory"; done
if [ -d /run/roots ]; then mkdir ${rootsDirectory}; mount -n --move /run/roots ${rootsDirectory}; rmdir /run/roots; fi
${goOn}`;

/**
 * The init of a machine on another file system, a shell script whose `$1` is its root, `$2` this checkout and `$3`
 * its directory on the disk.
 *
 * pivot_root(8) makes it the root of the mount namespace, so that nsenter(1) gets there; the old one, put over it, is
 * then detached. What leads to the checkout is as root's as the rest.
 */
const onAnotherSystem = `
set -e
mount -n -t tmpfs -o mode=0755 tmpfs /mnt
mkdir /mnt/changes /mnt/work /mnt/root
mount -n -t overlay -o "lowerdir=$1,upperdir=/mnt/changes,workdir=/mnt/work" overlay /mnt/root
mkdir -p "/mnt/root$2"
mount -n --bind "$2" "/mnt/root$2"
mount -n --bind "$3" /mnt/root${diskDirectory}
mount -n --rbind /dev /mnt/root/dev
mount -n -t proc proc /mnt/root/proc
mount -n -t sysfs sysfs /mnt/root/sys
mount -n -t tmpfs -o mode=0755 tmpfs /mnt/root/run
mkdir /mnt/root/run/lock /mnt/root/run/shared
[ ! -d ${sharedDirectory} ] || mount -n --bind ${sharedDirectory} /mnt/root/run/shared
cd /mnt/root
# As systemd-tmpfiles(8) makes it at boot; NFS-Ganesha from 6.5 on looks for its file systems there.
ln -sfn ../proc/self/mounts etc/mtab
pivot_root . .
umount -n -l .
cd /
${goOn}`;

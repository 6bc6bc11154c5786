import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { Machine } from '../cluster/machine.ts';
import { ClusterNode } from '../cluster/node.ts';
import { requirePrerequisites } from '../cluster/prerequisites.ts';

/** The public address of the node (IP/BITS), for eth0. */
export const publicAddress = '10.98.0.1/24';

/** Debian's scripts that are enabled on the node. */
export const stockScripts = ['00.ctdb', '01.reclock', '05.system', '10.interface'];

const systemctl = readFileSync(new URL('stand-ins/systemctl', import.meta.url), 'utf8');

/**
 * A machine that is the only node of a cluster of Debian's, with one public address, and stand-ins for systemd,
 * `service` and `pidof`. ctdbd is not started yet. No network leads out of it.
 *
 * /run/pidof-calls has a line for each call of `pidof`, with who asked: `session` or `ctdbd`. /run/script-calls has one for
 * each of Debian's 10.interface.script: the event, and the program that started it.
 */
export class ReadmeNode {
  readonly #machine: Machine;

  private constructor(machine: Machine) {
    this.#machine = machine;
  }

  /**
   * Starts one.
   *
   * @param canInstall whether a layer in memory takes what packages put into /usr, /opt and /var/lib
   * @throws Error naming what the system lacks.
   */
  static async start({ canInstall = false } = {}): Promise<ReadmeNode> {
    requirePrerequisites();
    const machine = await Machine.start('node0');
    try {
      if (canInstall) await machine.run('sh', '-ec', layers);
      await layOut(machine);
    } catch (error) {
      await machine.powerOff();
      throw error;
    }
    return new ReadmeNode(machine);
  }

  /** Puts a file on the node. */
  write(path: string, text: string, mode?: number): Promise<void> {
    return this.#machine.write(path, text, mode);
  }

  /** The text of a file on the node, or nothing if there is none. */
  read(path: string): Promise<string> {
    return this.#machine.read(path);
  }

  /**
   * Runs commands, in parts with names, as one session of a shell of root's that a failing command ends.
   *
   * @returns what each part wrote to both streams, in order
   * @throws Error with all that was said, if a command fails or the time is over.
   */
  async session<Part extends string>(
    parts: Readonly<Record<Part, string>>,
    cwd: string,
    environment: NodeJS.ProcessEnv,
    timeoutMs: number,
  ): Promise<Readonly<Record<Part, string>>> {
    const named = Object.entries<string>(parts);
    const marked = named.map(([name, commands]) => `echo "${mark} ${name}"\n${commands}`);
    const shell = ['sh', '-euc', `exec 2>&1; cd "$1"\n${marked.join('\n')}`, 'sh', cwd];
    const enter = ['--target', `${this.#machine.pid}`, '--pid', '--net', '--mount', '--uts', '--ipc', '--'];
    const { stdout } = await execa('nsenter', [...enter, ...shell], {
      env: environment,
      extendEnv: false,
      stdin: 'ignore',
      stripFinalNewline: false,
      timeout: timeoutMs,
    });
    const said = stdout.split(new RegExp(`^${mark} .*\n`, 'm')).slice(1);
    return Object.fromEntries(named.map(([name], index) => [name, said[index] ?? ''])) as Record<
      Part,
      string
    >;
  }

  /** Ends it and everything on it. */
  stop(): Promise<void> {
    return this.#machine.powerOff();
  }
}

/** What stands before each part's output. */
const mark = '== part';

async function layOut(machine: Machine): Promise<void> {
  await machine.run('sh', '-ec', prepare);
  const stubs = { systemctl, service: stub(''), pidof: stub(notePidof) };
  for (const [name, text] of Object.entries(stubs))
    await machine.write(`/usr/local/sbin/${name}`, text, 0o755);
  await machine.write(witness, stub(noteScript), 0o755);
  await machine.run('mount', '-n', '--bind', witness, watchedScript);
  await new ClusterNode(0, machine).layOut({
    nodes: 1,
    publicAddresses: [publicAddress],
    scripts: stockScripts,
  });
  await machine.run('umount', '/var/lib/ctdb-hook'); // A session removes it.
}

/** Layers that take what is changed, and go with the machine. */
const layers = `
for directory in usr opt var/lib; do
	mkdir -p /run/layers/$directory/changes /run/layers/$directory/work
	mount -n -t overlay -o lowerdir=/$directory,upperdir=/run/layers/$directory/changes,workdir=/run/layers/$directory/work overlay /$directory
done
`;

const stub = (body: string): string => `#!/bin/sh\n${body}\n`;

/** What is looked at, whatever leads to it; and what lies on it. */
const watchedScript = '/usr/share/ctdb/events/legacy/10.interface.script';
const witness = '/run/witness/10.interface.script';
const unwatched = '/run/unwatched/10.interface.script';

const noteScript = `echo "$1 $(readlink /proc/$PPID/exe)" >>/run/script-calls; exec ${unwatched} "$@"`;

/** Says who asks: a session has a variable that ctdbd does not get. */
const notePidof = 'echo "${README_SESSION-ctdbd} $*" >>/run/pidof-calls; [ "$1" = nginx ]';

/**
 * A network with nobody in it, no drop-ins, an empty directory that is first in every PATH, ctdbd's too, and what is switched:
 * CTDB's helper programs and dpkg's database.
 */
const prepare = `
ip link add eth0 type veth peer name nobody
ip link set nobody up
ip link set eth0 up
ip addr add 10.99.0.1/24 dev eth0
mount -n -t tmpfs -o mode=0755 tmpfs /etc/systemd/system
mount -n -t tmpfs -o mode=0755 tmpfs /usr/local/sbin
cp -a /usr/libexec/ctdb /run/helpers
mount -n --bind /run/helpers /usr/libexec/ctdb
cp -a /var/lib/dpkg /run/dpkg
mount -n --bind /run/dpkg /var/lib/dpkg
mkdir /run/unwatched
cp -p ${watchedScript} ${unwatched}
`;

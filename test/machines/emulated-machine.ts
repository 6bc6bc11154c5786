import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandOutcome } from '../cluster/machine.ts';
import { agentPort } from './agent.ts';
import type { MachineImage } from './machine-image.ts';
import type { Cpu } from './product-disk.ts';

/** How long a machine may take until it runs commands, in milliseconds: half a minute where nothing else runs. */
const bootMs = 900_000;

/** How long a command may take, in seconds of the machine, where nothing else is said. */
const commandSeconds = 120;

/** How long the answer to a command may take, in milliseconds: a second of the machine may be ten of ours. */
const answerMs = 1_200_000;

/** Between two looks at what has to change, in milliseconds; a look costs the machine much of its time. */
const pollMs = 2000;

/** How much of the console a failure shows, in characters. */
const consoleTail = 4000;

/** What the emulators of the two processors have to be told. */
const emulators: Readonly<Record<Cpu, readonly string[]>> = {
  x64: ['qemu-system-x86_64', '-cpu', 'max'],
  // Without pointer authentication, which takes an emulator half of its time.
  arm64: ['qemu-system-aarch64', '-machine', 'virt', '-cpu', 'cortex-a72'],
};

const kernelLine: Readonly<Record<Cpu, string>> = {
  x64: 'console=ttyS0 mitigations=off nokaslr tsc=reliable',
  arm64: 'console=ttyAMA0',
};

/**
 * A computer with a kernel of its own, emulated by qemu without the help of the processor: Debian, started by systemd.
 *
 * It writes to no disk, has no network but what is made in it, and ends with the process that started it.
 */
export class EmulatedMachine implements AsyncDisposable {
  readonly #qemu: ChildProcess;
  readonly #directory: string;
  readonly #server: Server;
  #agent: Socket | undefined;
  #kernel = '';
  #boots = 0;
  #commands = 0;
  readonly #answers = new Map<string, (outcome: CommandOutcome) => void>();

  private constructor(cpu: Cpu, image: MachineImage, product: string) {
    this.#directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-machine-'));
    const socket = join(this.#directory, 'agent');
    // Qemu connects to us, so nobody waits for a socket to be there.
    this.#server = createServer((connection) => {
      this.#hear(connection);
    }).listen(socket);
    const [file = '', ...args] = [
      ...['setpriv', '--pdeathsig', 'KILL', 'nice', ...emulators[cpu]],
      // Time in the machine is instructions, so that a busy host makes it slow and nothing in it late.
      ...[
        '-accel',
        'tcg',
        '-icount',
        'shift=1',
        '-smp',
        '1',
        '-m',
        image.disk === undefined ? '3072' : '2048',
      ],
      ...['-nodefaults', '-display', 'none', '-serial', `file:${this.#consolePath}`],
      ...['-kernel', image.kernel, '-initrd', image.initrd],
      ...['-append', `${kernelLine[cpu]} root=/dev/vda rw quiet net.ifnames=0`],
      ...(image.disk === undefined ? [] : drive(image.disk, 'snapshot=on')),
      ...drive(product, 'readonly=on'),
      ...['-device', 'virtio-serial-pci', '-chardev', `socket,id=agent,path=${socket}`],
      ...['-device', `virtserialport,chardev=agent,name=${agentPort}`],
    ];
    this.#qemu = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  /** Starts a machine, and returns once it runs commands. */
  static async boot(cpu: Cpu, image: MachineImage, product: string): Promise<EmulatedMachine> {
    const machine = new EmulatedMachine(cpu, image, product);
    try {
      await machine.#waitForBoot(1);
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
    return machine;
  }

  /** The kernel's release, as `uname -r` says it. */
  get kernel(): string {
    return this.#kernel;
  }

  /** What was written to the console so far: the kernel's messages and systemd's. */
  console(): string {
    return readFileSync(this.#consolePath, 'utf8');
  }

  /** Runs a shell command (bash) in the machine and tells how it ended; 124 when it took too long. */
  async attempt(command: string, seconds = commandSeconds): Promise<CommandOutcome> {
    const agent = this.#agent;
    if (agent === undefined) throw new Error(`The machine is down: ${this.#lastWords()}`);
    const id = `${++this.#commands}`;
    const answer = new Promise<CommandOutcome>((resolve) => this.#answers.set(id, resolve));
    agent.write(`${id} ${seconds} ${Buffer.from(command).toString('base64')}\n`);
    return this.#within(answer, answerMs, `answer to "${command}"`);
  }

  /**
   * Runs a shell command in the machine and returns what it wrote to standard output, without the last newline.
   *
   * @throws Error with all that the command said, if it does not exit with status 0.
   */
  async run(command: string, seconds = commandSeconds): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(command, seconds);
    if (code === 0) return stdout;
    throw new Error(`"${command}" exits with ${code}: ${stdout}\n${stderr}`);
  }

  /** Makes or replaces a file in the machine, and the directories that lead to it. */
  async write(path: string, text: string, mode = 0o644): Promise<void> {
    const content = Buffer.from(text).toString('base64');
    await this.run(
      `mkdir -p "$(dirname ${path})" && base64 -d >${path}.new <<<'${content}' &&
        chmod ${mode.toString(8)} ${path}.new && mv ${path}.new ${path}`,
    );
  }

  /** Runs a command again and again until what it says is right, and returns that; throws when it takes too long. */
  async waitUntil(
    description: string,
    command: string,
    isRight: (outcome: CommandOutcome) => boolean,
    patienceMs = 600_000,
  ): Promise<string> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const outcome = await this.attempt(command);
      if (isRight(outcome)) return outcome.stdout;
      if (performance.now() > deadline) {
        const { code, stdout, stderr } = outcome;
        const log = await this.attempt('journalctl -b --no-pager -n 40');
        throw new Error(
          `Not within ${patienceMs} ms: ${description}. "${command}" exits with ${code}: ${stdout}\n${stderr}\n${log.stdout}`,
        );
      }
      await delay(pollMs);
    }
  }

  /** Has systemd start the machine anew, and returns once it runs commands again. What is on its disk stays. */
  async reboot(): Promise<void> {
    const boots = this.#boots;
    await this.run('systemctl --no-block reboot');
    await this.#waitForBoot(boots + 1);
  }

  /** Ends the machine at once, as a power cut does, and leaves nothing behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) {
      const exit = once(this.#qemu, 'exit');
      this.#qemu.kill('SIGKILL');
      await exit;
    }
    this.#server.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #isOver(): boolean {
    return this.#qemu.exitCode !== null || this.#qemu.signalCode !== null;
  }

  get #consolePath(): string {
    return join(this.#directory, 'console');
  }

  #hear(connection: Socket): void {
    this.#agent = connection;
    connection.on('error', () => undefined); // The machine has ended, which its exit tells.
    connection.on('close', () => {
      this.#agent = undefined;
    });
    createInterface(connection).on('line', (line) => {
      const [id = '', code = '', stdout = '', stderr = ''] = line.split(' ');
      if (id === 'up') {
        this.#boots += 1;
        this.#kernel = code;
        return;
      }
      this.#answers.get(id)?.({ code: Number(code), stdout: decode(stdout), stderr: decode(stderr) });
      this.#answers.delete(id);
    });
  }

  async #waitForBoot(boots: number): Promise<void> {
    const up = async (signal: AbortSignal): Promise<void> => {
      while (this.#boots < boots && !signal.aborted) await delay(100);
    };
    const ended = new AbortController();
    await this.#within(up(ended.signal), bootMs, 'sign of life').finally(() => {
      ended.abort();
    });
  }

  async #within<Value>(promise: Promise<Value>, timeMs: number, what: string): Promise<Value> {
    const over = new AbortController();
    const { signal } = over;
    const late = async (): Promise<never> => {
      if (!this.#isOver)
        await Promise.race([delay(timeMs, undefined, { signal }), once(this.#qemu, 'exit', { signal })]);
      throw new Error(`No ${what} within ${timeMs} ms: ${this.#lastWords()}`);
    };
    try {
      return await Promise.race([promise, late()]);
    } finally {
      over.abort();
    }
  }

  #lastWords(): string {
    const { exitCode, signalCode } = this.#qemu;
    const state =
      exitCode === null && signalCode === null ? 'qemu runs' : `qemu has ended (${exitCode ?? signalCode})`;
    return `${state}, the console ends with\n${this.console().slice(-consoleTail)}`;
  }
}

const drive = (file: string, how: string): readonly string[] => [
  '-drive',
  `file=${file},if=virtio,format=raw,cache=unsafe,${how}`,
];

const decode = (field: string): string =>
  Buffer.from(field.slice(1), 'base64').toString('utf8').replace(/\n$/, '');

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** A program that runs as long as the running test, and what it has said so far on both streams. */
export class Talker {
  readonly pid: number;
  /** Its exit status, when it ends. */
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;
  #output = '';
  #heard = Promise.withResolvers<undefined>();

  constructor(command: readonly string[], environment: NodeJS.ProcessEnv = process.env) {
    const [file = '', ...args] = command;
    const child = spawn(file, args, { env: environment });
    this.#child = child;
    this.pid = child.pid ?? 0;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#hear(text);
      });
    }
    this.exited = new Promise((resolve) => {
      child.once('close', (code) => {
        resolve(code ?? 255);
        this.#hear('');
      });
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
  }

  /** Everything it said. */
  get output(): string {
    return this.#output;
  }

  /** Writes to its standard input; without a text, ends it. */
  tell(text?: string): void {
    if (text === undefined) this.#child.stdin?.end();
    else this.#child.stdin?.write(text);
  }

  /** Waits until it says this. @throws Error if it ends before. */
  async says(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`ended before it said ${JSON.stringify(text)}: ${this.#output}`);
      }
      await this.#heard.promise;
    }
  }

  /** Waits for a line, counted from 0. @throws Error if it ends before. */
  async line(index: number): Promise<string> {
    for (;;) {
      const lines = this.#output.split('\n');
      const line = lines[index];
      if (line !== undefined && index < lines.length - 1) return line;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`ended before its line ${index}: ${this.#output}`);
      await this.#heard.promise;
    }
  }

  #hear(text: string): void {
    this.#output += text;
    this.#heard.resolve(undefined);
    this.#heard = Promise.withResolvers();
  }
}

/** By its path: a program may be started with a PATH in which there is nothing. */
const nsenter = '/usr/bin/nsenter';

/** A network namespace that lasts as long as the running test. */
export class Namespace {
  readonly pid: number;

  private constructor(pid: number) {
    this.pid = pid;
  }

  static async make(): Promise<Namespace> {
    if (process.getuid?.() !== 0) throw new Error('this test makes network namespaces, which only root may');
    const holder = new Talker(['unshare', '--net', 'sh', '-c', 'ip link set lo up; echo up; exec sleep 300']);
    await holder.says('up');
    return new Namespace(holder.pid);
  }

  /** Runs a command to its end and returns what it writes. @throws Error if it fails. */
  exec(...command: readonly string[]): string {
    return execFileSync(nsenter, this.#enter(command), { encoding: 'utf8' });
  }

  /** Starts a command. */
  spawn(command: readonly string[], environment?: NodeJS.ProcessEnv): Talker {
    return new Talker([nsenter, ...this.#enter(command)], environment);
  }

  #enter(command: readonly string[]): string[] {
    return ['--target', String(this.pid), '--net', ...command];
  }
}

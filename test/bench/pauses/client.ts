import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../../cluster/machine.ts';
import { nameOf, type Cell } from './cells.ts';

const program = fileURLToPath(new URL('programs/client.ts', import.meta.url));

/** Longest time that a client may take to connect, in milliseconds. */
const connectMs = 30_000;

/** A client in a machine. One that hangs is replaced by another. */
export class Client {
  readonly cell: Cell;
  readonly #machine: Machine;
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #pid = '';
  #heard: (words: string) => void = () => undefined;

  constructor(machine: Machine, cell: Cell) {
    this.#machine = machine;
    this.cell = cell;
  }

  /** Connects it anew. @throws Error if it does not succeed. */
  async connect(ip: string): Promise<void> {
    const said = await this.#say(`connect ${ip}`, 'ready', connectMs);
    if (said === undefined)
      throw new Error(`${nameOf(this.cell)} does not connect to ${ip} in ${connectMs} ms`);
    this.#pid = said;
  }

  /** Has an idle one ask. */
  ask(): void {
    this.#write('ask');
  }

  /** Its answers, in milliseconds since 1970, once there is one after this time; undefined if there is none in `limitMs`. */
  async answers(sinceMs: number, limitMs: number): Promise<readonly number[] | undefined> {
    const said = await this.#say(`report ${sinceMs}`, 'answers', limitMs);
    if (said === undefined) await this.#replace();
    return said === undefined ? undefined : (JSON.parse(said) as number[]);
  }

  /** Has it drop its connection. */
  leave(): void {
    this.#write('leave');
  }

  async #say(command: string, answer: string, limitMs: number): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#heard = (words) => {
      if (words.startsWith(`${answer} `)) resolve(words.slice(answer.length + 1));
    };
    this.#write(command);
    const patience = new AbortController();
    const late = delay(limitMs, undefined, { signal: patience.signal }).catch(() => undefined);
    const said = await Promise.race([promise, late]);
    patience.abort();
    return said;
  }

  #write(command: string): void {
    this.#child ??= this.#start();
    this.#child.stdin.write(`${command}\n`);
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const { protocol, manner } = this.cell;
    const command = [...this.#machine.entrance(), process.execPath, program, protocol, manner];
    const child = spawn('nsenter', command, {
      env: { PATH: process.env['PATH'], HOME: '/' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.on('error', () => undefined);
    createInterface(child.stdout).on('line', (line) => {
      this.#heard(line);
    });
    return child;
  }

  async #replace(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    await this.#machine.attempt('kill', '-KILL', this.#pid);
    await ended;
  }
}

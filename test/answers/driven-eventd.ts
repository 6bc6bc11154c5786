import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { connectEventd, type EventClient } from '../../core/eventd-protocol/client.ts';
import type { RunRequest } from '../../core/eventd-protocol/messages.ts';
import { plant, type Planted } from '../support/temporary-directory.ts';
import { assignments, makeScratch, type ProgramRoot, runIn } from './program-root.ts';

/** Whose event daemon. */
export type Whose = 'stock' | 'ours';

/** Longer than anything here takes, in milliseconds. */
const patienceMs = 30_000;

/** What a daemon is given. */
export interface EventdPlan {
  readonly entries: Readonly<Record<string, Planted>>;
  /** What else stands below CTDB_BASE. */
  readonly files?: Readonly<Record<string, Planted>>;
  /** The text of ctdb.conf; `@BASE@` stands for CTDB_BASE. */
  readonly conf?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** An event daemon in a root, in CTDB's test mode, and the programs of that root's CTDB that talk to it. */
export class DrivenEventd {
  /** CTDB_BASE, by its path inside. */
  readonly base: string;
  readonly #root: ProgramRoot;
  readonly #child: ChildProcess;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #client: EventClient;
  readonly #said: { text: string };

  private constructor(
    root: ProgramRoot,
    base: string,
    environment: Readonly<Record<string, string>>,
    started: { readonly child: ChildProcess; readonly said: { text: string }; readonly client: EventClient },
  ) {
    this.#root = root;
    this.base = base;
    this.#environment = environment;
    this.#child = started.child;
    this.#said = started.said;
    this.#client = started.client;
  }

  /** Starts one; ended, and its directory removed, when the test is over. */
  static async start(root: ProgramRoot, whose: Whose, plan: EventdPlan): Promise<DrivenEventd> {
    const { inside: base, remove } = makeScratch(root);
    onTestFinished(remove);
    const outside = join(root.path, base);
    chmodSync(outside, 0o755);
    for (const name of ['run', 'events/legacy', 'var/cache'])
      mkdirSync(join(outside, name), { recursive: true });
    const conf = plan.conf ?? '[logging]\nlocation = file:@BASE@/log\nlog level = NOTICE\n';
    plant(outside, { 'ctdb.conf': conf.replaceAll('@BASE@', base), ...plan.files });
    plant(join(outside, 'events/legacy'), plan.entries);
    const environment = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      TZ: 'UTC',
      CTDB_TEST_MODE: '1',
      CTDB_BASE: base,
      CTDB_TEST_HELPER_BINDIR: root.helperDir,
      ...plan.environment,
    };
    const program = whose === 'ours' ? root.eventd : join(root.helperDir, 'ctdb-eventd');
    const words: readonly string[] = [...root.enter, 'env', '-i', ...assignments(environment), program];
    const [file = 'env', ...args] = words;
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const said = { text: '' };
    child.stderr.setEncoding('latin1').on('data', (chunk: string) => (said.text += chunk));
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    const client = await connect(join(outside, 'run/eventd.socket'), said);
    onTestFinished(() => {
      client.close();
    });
    return new DrivenEventd(root, base, environment, { child, said, client });
  }

  /** Raises an event of component legacy, and gives the result. */
  run(event: string, request: Partial<RunRequest> = {}): Promise<number> {
    const whole = { component: 'legacy', event, args: null, timeoutS: 20, flags: 0, ...request };
    return this.#client.run(whole, patienceMs);
  }

  /** What this release's ctdb-event says to these words, and its exit status. */
  ask(
    ...words: readonly string[]
  ): Promise<{ readonly status: number | undefined; readonly stdout: string; readonly stderr: string }> {
    return runIn(this.#root, [join(this.#root.helperDir, 'ctdb-event'), ...words], this.#environment);
  }

  /** Whether a file below CTDB_BASE is there. */
  has(name: string): boolean {
    return existsSync(this.outside(name));
  }

  /** A path below CTDB_BASE, from outside. */
  outside(name: string): string {
    return join(this.#root.path, this.base, name);
  }

  /** Ends it as ctdbd does; gives what it wrote to standard error. */
  async end(): Promise<string> {
    const kill = `kill "$(cat ${this.base}/run/eventd.pid)"`;
    await runIn(this.#root, ['sh', '-c', kill], this.#environment);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
    return this.#said.text;
  }
}

async function connect(socket: string, said: { readonly text: string }): Promise<EventClient> {
  await expect
    .poll(() => existsSync(socket), { timeout: patienceMs, message: `no ${socket}: ${said.text}` })
    .toBe(true);
  let client: EventClient | undefined;
  await expect
    .poll(async () => (client ??= await connectEventd(socket, patienceMs).catch(() => undefined)), {
      timeout: patienceMs,
    })
    .toBeDefined();
  if (client === undefined) throw new Error(`nobody answers at ${socket}`);
  return client;
}

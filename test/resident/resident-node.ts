import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished } from 'vitest';
import { ctdbPaths } from '../../core/ctdb-installation/paths.ts';
import { readPid } from '../../core/resident/read-pid.ts';
import { type ResidentPlace, residentPlace } from '../../core/resident/resident-place.ts';
import { hook, HookNode, type HookResult, pluginText } from '../support/hook-node.ts';
import { isRunning } from '../support/is-running.ts';

/** A process of bin/ctdb-hook that was started. */
interface StartedLink {
  readonly pid: number;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** How `ctdb-hook run` ended: by its exit status, or by a signal. */
export interface RunResult {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The handler of a plugin that says which process runs it. */
export const tellsPid = `monitor(_event, ctx) { ctx.log('process ' + process.pid); return healthy; }`;

/** A node whose links leave a resident host behind. */
export class ResidentNode {
  readonly node = new HookNode();
  readonly environment: Readonly<Record<string, string>>;
  readonly place: ResidentPlace;

  /** @param environment more of it, the same for all calls */
  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.environment = { CTDB_HOOK_RESIDENT: '', PATH: '/usr/bin:/bin', ...environment };
    const { ownRunDir } = ctdbPaths({ CTDB_TEST_MODE: '1', CTDB_BASE: this.node.base });
    this.place = residentPlace(ownRunDir, this.node.events);
    onTestFinished(() => {
      const pid = this.host();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    });
  }

  /** Puts a plugin into the event directory. */
  plugin(name: string, members: string): void {
    this.node.plugin(name, pluginText(members));
  }

  /** Puts a plugin that notes each address that it is told of, below CTDB_BASE in the file `told`. */
  pluginThatTells(name: string): void {
    this.node.plugin(
      name,
      `import { appendFileSync } from 'node:fs';\n${pluginText(`monitor: () => healthy, releaseip() {}, ipreallocated() {},
       takeip({ ip }) { appendFileSync(process.env.CTDB_BASE + '/told', ip + '\\n'); }`)}`,
    );
  }

  /** Calls a link. */
  call(name: string, ...words: string[]): Promise<HookResult> {
    return this.node.with(this.environment).call(name, ...words);
  }

  /** The pid of the host that runs now. */
  host(): number | undefined {
    const pid = readPid(this.place.pid);
    return pid !== undefined && isRunning(pid) ? pid : undefined;
  }

  /** Calls a link until there is a host that the next link finds, and answers its pid. */
  async withHost(name: string, event = 'monitor'): Promise<number> {
    await this.call(name, event);
    return this.isReady();
  }

  /** Waits for a host that waits for a link. */
  async isReady(): Promise<number> {
    await expect
      .poll(() => this.host() !== undefined && this.#asksAnew() && !this.isThere('.lock'), {
        timeout: 20_000,
      })
      .toBe(true);
    return this.host() ?? 0;
  }

  /** Whether the FIFO is the present host's. One that was killed leaves its own, until the next has loaded the plugins. */
  #asksAnew(): boolean {
    const [ask, pid] = [this.#changedMs('.ask'), this.#changedMs('.pid')];
    return ask !== undefined && pid !== undefined && ask >= pid;
  }

  #changedMs(name: string): number | undefined {
    return statSync(join(this.place.path, name), { throwIfNoEntry: false })?.mtimeMs;
  }

  /** Whether a file is at the place. */
  isThere(name: string): boolean {
    return existsSync(join(this.place.path, name));
  }

  /** Starts a link as the first process of a group, as ctdb-eventd does, and does not wait for it. */
  start(name: string, ...words: string[]): StartedLink {
    return this.#start(join(this.node.events, `${name}.script`), words);
  }

  /** Starts `ctdb-hook run` in the same way. */
  startRun(...words: string[]): StartedLink {
    return this.#start(hook, ['run', ...words]);
  }

  /** Runs `ctdb-hook run`. Both streams are kept apart. */
  async run(words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<RunResult> {
    const { exitCode, signal, stdout, stderr } = await execa(hook, ['run', ...words], {
      env: { ...this.variables(), ...more },
      reject: false,
      stdin: 'ignore',
      stripFinalNewline: false,
    });
    return { status: exitCode ?? signal ?? -1, stdout, stderr };
  }

  /** What the environment of all calls has. */
  variables(): Record<string, string> {
    return {
      CTDB_TEST_MODE: '1',
      CTDB_BASE: this.node.base,
      CTDB_TEST_HELPER_BINDIR: '/nonexistent',
      ...this.environment,
    };
  }

  #start(file: string, words: readonly string[]): StartedLink {
    const link = spawn(file, words, {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...this.variables() },
    });
    link.stdout.resume();
    const ended = once(link, 'exit').then(
      ([status, signal]) => (status ?? signal) as number | NodeJS.Signals | null,
    );
    return { pid: link.pid ?? 0, ended };
  }

  /** A file below CTDB_BASE; empty if it is not there. */
  read(name: string): string {
    try {
      return this.node.read(name);
    } catch {
      return '';
    }
  }
}

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../../core/package/package-root.ts';
import { findResidentHost } from '../../core/resident/find-resident-host.ts';
import { type ResidentPlace, residentPlace } from '../../core/resident/resident-place.ts';
import { scriptStarterPath, scriptStarterText } from '../../core/switch/script-starter.ts';
import { codeBlocks } from '../docs/readme.ts';
import { environmentOf } from './environment-of.ts';
import { hook, stock } from './programs.ts';

/** Who runs a script of an event directory: ctdb-hook by its link, with its resident host or without; or CTDB itself. */
export type By = 'hook' | 'hook alone' | 'stock';

/** What an administrator wrote into CTDB's files. */
export interface Settings {
  readonly publicAddresses?: string;
  readonly scriptOptions?: string;
  /** The interfaces that ctdbd knows; the stand-in of ctdb has two, if it is not said. */
  readonly ifaces?: readonly string[];
  /** The program to which its links lead, if it is not this checkout's. */
  readonly program?: string;
}

/** Longest time that one command may take, in milliseconds. */
const commandTimeoutMs = 10_000;

/** How long a host may take to begin or to end, in milliseconds, and how often it is looked for. */
const hostPatience = { mostMs: 10_000, lookMs: 5 } as const;

/** How many events a host has had before it is measured: as many as the event daemon, after four hours. */
export const earlierCount = 1000;

/** A node's directories, for both programs alike, in CTDB's test mode: nothing of the machine's CTDB is touched. */
export class BenchNode {
  readonly #base: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(base: string, { publicAddresses, scriptOptions = '', ifaces, program = hook }: Settings) {
    this.#base = base;
    this.#environment = environmentOf(base);
    for (const name of ['run', 'var/cache', 'events/legacy', 'nfs-checks.d']) {
      mkdirSync(join(base, name), { recursive: true });
    }
    writeFileSync(join(base, 'script.options'), scriptOptions);
    if (publicAddresses !== undefined) writeFileSync(join(base, 'public_addresses'), publicAddresses);
    if (ifaces !== undefined) {
      const lines = ifaces.map((name) => `|${name}|1|1|\n`);
      writeFileSync(join(base, 'ifaces'), ['|Name|LinkStatus|References|\n', ...lines].join(''));
    }
    this.#plantScripts(program);
  }

  /** Raises an event in one script and returns how long it took, in milliseconds. @throws Error if it fails. */
  raiseMs(by: By, name: string, ...event: readonly string[]): number {
    const directory = by === 'stock' ? stock.scripts : this.#directory;
    const environment = by === 'hook alone' ? { CTDB_HOOK_RESIDENT: 'no' } : {};
    return this.#runMs([join(directory, `${name}.script`), ...event], environment);
  }

  /** The same for the first event, which finds no resident host and leaves one behind. */
  async raiseFirstMs(name: string, ...event: readonly string[]): Promise<number> {
    const pid = this.hostPid();
    if (pid !== undefined) process.kill(pid);
    await this.#until(() => this.hostPid() === undefined);
    const tookMs = this.raiseMs('hook', name, ...event);
    await this.#until(() => existsSync(this.#place.ask));
    return tookMs;
  }

  /** Raises as many events as a node has in some hours, by which V8 has compiled what they need. */
  async raiseEarlierEvents(): Promise<void> {
    await this.raiseFirstMs('70.web', 'monitor');
    for (let count = 0; count < earlierCount; count += 1) this.raiseMs('hook', '70.web', 'monitor');
  }

  /** The resident host of its links, if one runs. */
  hostPid(): number | undefined {
    return findResidentHost(join(this.#base, 'run/ctdb-hook'), this.#directory)?.pid;
  }

  /** Runs a program and returns how long it took, in milliseconds. @throws Error if it fails. */
  runMs(...command: readonly string[]): number {
    return this.#runMs(command, {});
  }

  #runMs([program = '', ...args]: readonly string[], environment: NodeJS.ProcessEnv): number {
    const begin = performance.now();
    const { status, error, stdout, stderr } = spawnSync(program, args, {
      env: { ...this.#environment, ...environment },
      cwd: '/',
      encoding: 'utf8',
      timeout: commandTimeoutMs,
    });
    const tookMs = performance.now() - begin;
    if (status === 0) return tookMs;
    throw new Error(`${[program, ...args].join(' ')} fails: ${error?.message ?? ''}${stdout}${stderr}`);
  }

  get #directory(): string {
    return join(this.#base, 'events/legacy');
  }

  get #place(): ResidentPlace {
    return residentPlace(join(this.#base, 'run/ctdb-hook'), this.#directory);
  }

  async #until(isSo: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + hostPatience.mostMs;
    while (!isSo()) {
      if (performance.now() > deadlineMs)
        throw new Error(`${this.#directory}: no host begins, or it does not end`);
      await delay(hostPatience.lookMs);
    }
  }

  #plantScripts(program: string): void {
    const events = this.#directory;
    const starter = scriptStarterPath(this.#base);
    mkdirSync(join(starter, '..'), { recursive: true });
    writeFileSync(starter, scriptStarterText(program), { mode: 0o755 });
    for (const name of ['00.ctdb', '10.interface', '50.samba', '60.nfs', '70.web']) {
      symlinkSync(starter, join(events, `${name}.script`));
    }
    writeFileSync(join(events, '70.web.ts'), codeBlocks('ts', 'plugins/README.md')[0] ?? '', { mode: 0o755 });
    writeFileSync(join(events, '70.web.options'), 'WEB_CHECK_PROCESS=no\n');
    symlinkSync(stock.functions, join(this.#base, 'functions'));
    copyFileSync(join(packageRoot, 'core/try/stand-ins/ctdb'), join(this.#base, 'ctdb'));
    writeFileSync(join(this.#base, 'nfs-linux-kernel-callout'), callout, { mode: 0o755 });
  }
}

/** Registers for what moving an address does not call, as the callout for the kernel's NFS server does. */
const callout = '#!/bin/sh\n[ "$1" != register ] || printf "startup\\nshutdown\\n"\n';

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';
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
}

/** Longest time that one command may take, in milliseconds. */
const commandTimeoutMs = 10_000;

/** A node's directories, for both programs alike, in CTDB's test mode: nothing of the machine's CTDB is touched. */
export class BenchNode {
  readonly #base: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(base: string, { publicAddresses, scriptOptions = '' }: Settings) {
    this.#base = base;
    this.#environment = environmentOf(base);
    for (const name of ['run', 'var/cache', 'events/legacy', 'nfs-checks.d']) {
      mkdirSync(join(base, name), { recursive: true });
    }
    writeFileSync(join(base, 'script.options'), scriptOptions);
    if (publicAddresses !== undefined) writeFileSync(join(base, 'public_addresses'), publicAddresses);
    this.#plantScripts();
  }

  /** Raises an event in one script and returns how long it took, in milliseconds. @throws Error if it fails. */
  raiseMs(by: By, name: string, ...event: readonly string[]): number {
    const directory = by === 'stock' ? stock.scripts : join(this.#base, 'events/legacy');
    const environment = by === 'hook alone' ? { CTDB_HOOK_RESIDENT: 'no' } : {};
    return this.#runMs([join(directory, `${name}.script`), ...event], environment);
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

  #plantScripts(): void {
    const events = join(this.#base, 'events/legacy');
    const starter = scriptStarterPath(this.#base);
    mkdirSync(join(starter, '..'), { recursive: true });
    writeFileSync(starter, scriptStarterText(hook), { mode: 0o755 });
    for (const name of ['10.interface', '50.samba', '60.nfs', '70.web']) {
      symlinkSync(starter, join(events, `${name}.script`));
    }
    writeFileSync(join(events, '70.web.ts'), codeBlocks('ts', 'plugins/README.md')[0] ?? '', { mode: 0o755 });
    writeFileSync(join(events, '70.web.options'), 'WEB_CHECK_PROCESS=no\n');
    symlinkSync(stock.functions, join(this.#base, 'functions'));
    copyFileSync(join(packageRoot, 'test/demo/stand-ins/ctdb'), join(this.#base, 'ctdb'));
    writeFileSync(join(this.#base, 'nfs-linux-kernel-callout'), callout, { mode: 0o755 });
  }
}

/** Registers for what moving an address does not call, as the callout for the kernel's NFS server does. */
const callout = '#!/bin/sh\n[ "$1" != register ] || printf "startup\\nshutdown\\n"\n';

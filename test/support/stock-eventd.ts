import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished, vi } from 'vitest';
import { ctdb } from './installed-ctdb.ts';
import { type Planted, plant, temporaryDirectory } from './temporary-directory.ts';

/** Where Debian's ctdb has its programs. */
const { helperDir: programs } = ctdb;

/** An event daemon in CTDB's test mode. */
export interface Eventd {
  readonly base: string;
  /** Runs an event, and resolves when it is over. */
  readonly run: (event: string) => Promise<void>;
  /** What `ctdb event status` says of its last run. */
  readonly status: (event: string) => Promise<string>;
  /** Ends the daemon, and gives what it wrote to stderr. */
  readonly stop: () => Promise<string>;
}

/** Starts Debian's ctdb-eventd with this ctdb.conf (`@BASE@` stands for its CTDB_BASE) and these scripts. */
export const startStockEventd = (
  conf: string,
  scripts: Readonly<Record<string, Planted>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Eventd> => startEventd(join(programs, 'ctdb-eventd'), conf, scripts, environment);

/** The same of any event daemon; Debian's programs talk to it. */
export async function startEventd(
  program: string,
  conf: string,
  entries: Readonly<Record<string, Planted>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Eventd> {
  const base = temporaryDirectory();
  for (const name of ['run', 'events/legacy', 'var/cache']) mkdirSync(join(base, name), { recursive: true });
  plant(base, { 'ctdb.conf': conf.replaceAll('@BASE@', base) });
  plant(join(base, 'events/legacy'), entries);
  const env = {
    PATH: process.env['PATH'],
    TZ: process.env['TZ'],
    CTDB_TEST_MODE: '1',
    CTDB_BASE: base,
    ...environment,
  };
  const daemon = spawn(program, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let written = '';
  daemon.stderr.setEncoding('latin1').on('data', (chunk: string) => (written += chunk));
  const stop = async (): Promise<string> => {
    daemon.kill();
    if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'close');
    return written;
  };
  onTestFinished(async () => {
    await stop();
  });
  await vi.waitFor(
    () => {
      statSync(join(base, 'run/eventd.socket'));
    },
    { timeout: 20_000 },
  );
  const ask = async (...words: readonly string[]): Promise<string> => {
    const options = { env, extendEnv: false, reject: false, stdin: 'ignore', timeout: 30_000 } as const;
    return (await execa(join(programs, 'ctdb-event'), words, options)).stdout;
  };
  return {
    base,
    stop,
    run: async (event) => {
      await ask('run', '10', 'legacy', event);
    },
    status: (event) => ask('status', 'legacy', event),
  };
}

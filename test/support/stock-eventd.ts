import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { type Planted, plant, temporaryDirectory } from './temporary-directory.ts';

/** Where Debian's ctdb has its programs. */
const programs = '/usr/libexec/ctdb';

/** A ctdb-eventd of Debian's ctdb in CTDB's test mode. */
export interface StockEventd {
  readonly base: string;
  /** Runs an event, and resolves when it is over. */
  run(event: string): Promise<void>;
  /** Ends the daemon, and gives what it wrote to stderr. */
  stop(): Promise<string>;
}

/** Starts one with this ctdb.conf (`@BASE@` stands for its CTDB_BASE) and these scripts. */
export async function startStockEventd(
  conf: string,
  scripts: Readonly<Record<string, Planted>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<StockEventd> {
  const base = temporaryDirectory();
  for (const name of ['run', 'events/legacy']) mkdirSync(join(base, name), { recursive: true });
  plant(base, { 'ctdb.conf': conf.replaceAll('@BASE@', base) });
  plant(join(base, 'events/legacy'), scripts);
  const env = {
    PATH: process.env['PATH'],
    TZ: process.env['TZ'],
    CTDB_TEST_MODE: '1',
    CTDB_BASE: base,
    ...environment,
  };
  const daemon = spawn(join(programs, 'ctdb-eventd'), { env, stdio: ['ignore', 'ignore', 'pipe'] });
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
    { timeout: 10_000 },
  );
  const run = async (event: string): Promise<void> => {
    const args = ['run', '10', 'legacy', event];
    const child = spawn(join(programs, 'ctdb-event'), args, { env, stdio: 'ignore' });
    await once(child, 'exit');
  };
  return { base, run, stop };
}

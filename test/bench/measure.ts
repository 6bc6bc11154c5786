import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { bareNode } from './programs.ts';
import type { Samples } from './take-turns.ts';

/** What can be measured here. */
export interface Scope {
  /** CTDB's own scripts. */
  readonly stock: boolean;
  /** Addresses that move. */
  readonly moves: boolean;
  /** Live services under ctdbd. */
  readonly services: boolean;
}

/** Longest time that one session may take, in milliseconds. */
const sessionTimeoutMs = 900_000;

/** Everything in the PID namespace ends with its first process, and that with unshare. */
const namespaces = ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * Measures in a process of its own, with a directory of its own that is removed however that ends.
 *
 * @throws Error if it fails, takes too long or is interrupted; then process.exitCode says by which signal.
 */
export async function measure(scope: Scope): Promise<Samples> {
  const links = await measureLinks(scope);
  const daemons = scope.moves ? await measureIn('daemon/session.ts', scope) : {};
  const services = scope.services ? await measureIn('services/session.ts', scope) : {};
  return { ...links, ...daemons, ...services };
}

/** Measures only events of links, and of `ctdb-hook run`. */
export const measureLinks = async (scope: Scope): Promise<Samples> => ({
  ...(await measureIn('session.ts', scope)),
  ...(await measureIn('run-session.ts', scope)),
});

/** Measures only what the history of runs costs an event. */
export const measureHistory = (): Promise<Samples> =>
  measureIn('history/session.ts', { stock: false, moves: true, services: false });

async function measureIn(session: string, scope: Scope): Promise<Samples> {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-bench-'));
  try {
    await runSession(session, directory, scope);
    const text = readFileSync(join(directory, 'samples.json'), 'utf8');
    return z.record(z.string(), z.array(z.number())).parse(JSON.parse(text));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runSession(name: string, directory: string, { stock, moves }: Scope): Promise<void> {
  const program = [bareNode(), fileURLToPath(new URL(name, import.meta.url)), directory];
  const scope = [...(stock ? ['stock'] : []), ...(moves ? ['moves'] : [])];
  const [file = '', ...args] = [...(moves ? namespaces : []), ...program, ...scope];
  console.error(`Measuring (${name}); this takes some minutes ...`);
  const session = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  let why = 'failed';
  const end = (reason: string): void => {
    why = reason;
    session.kill('SIGKILL');
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      process.exitCode = 128 + constants.signals[name];
      end(`was interrupted by ${name}`);
    });
  }
  const limit = setTimeout(end, sessionTimeoutMs, `was not done after ${sessionTimeoutMs / 1000} seconds`);
  const [status] = (await once(session, 'exit')) as [number | null];
  clearTimeout(limit);
  if (status !== 0) throw new Error(`Measuring ${why}`);
}

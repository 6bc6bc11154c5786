import { join } from 'node:path';
import * as z from 'zod';
import { packageRoot } from '../../core/package/package-root.ts';
import { attempt } from './command.ts';
import { base, eventDirectory, scriptVarDir, standIns } from './paths.ts';

const program = join(packageRoot, 'bin/ctdb-hook');

/** What every event script gets from ctdbd, as far as the demo has it. */
const environment = {
  PATH: `${standIns}:${process.env['PATH'] ?? ''}`,
  CTDB: join(standIns, 'ctdb'),
  CTDB_BASE: base,
  CTDB_SCRIPT_VARDIR: scriptVarDir,
  CTDB_HELPER_BINDIR: standIns,
  CTDB_SYS_ETCDIR: base,
  CTDB_HOOK_NETWORK: 'netlink', // So that no program is needed: an event by itself has commands.
  DEMO_NODE: process.execPath,
  DEMO_STAND_INS: join(import.meta.dirname, 'stand-ins'),
};

const Time = z.iso.datetime().transform((text) => new Date(text).getTime());
const Record = z.object({
  status: z.string(),
  entries: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['plugin', 'script']),
      begin: Time,
      end: Time,
      status: z.string(),
      output: z.string(),
    }),
  ),
});

/** What bin/ctdb-hook says of a run; times in milliseconds. */
export interface HookRun extends z.output<typeof Record> {
  readonly event: readonly string[];
  /** From the start of the process to its end. */
  readonly tookMs: number;
  /** Whether it exited with 0. */
  readonly ok: boolean;
}

/** Runs an event through the event directory, in a process of its own as an older ctdbd would. */
export async function runEvent(event: readonly string[]): Promise<HookRun> {
  const begin = performance.now();
  const { ok, stdout, stderr } = await attempt(
    [program, 'run', ...event, '--dir', eventDirectory, '--json'],
    { env: environment },
  );
  const tookMs = performance.now() - begin;
  if (!stdout.startsWith('{')) throw new Error(`ctdb-hook run ${event.join(' ')}: ${stdout}${stderr}`);
  return { event, tookMs, ok, ...Record.parse(JSON.parse(stdout)) };
}

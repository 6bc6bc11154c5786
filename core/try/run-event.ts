import { join } from 'node:path';
import * as z from 'zod';
import { packageRoot } from '../package/package-root.ts';
import { attempt } from './command.ts';

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
  /** What was said beside the record. */
  readonly said: string;
}

/** Where events are run, and how long one may take. */
export interface RunWhere {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutS: number;
}

/** How much longer than an event its process may take to end, in milliseconds: bin/ctdb-hook ends what hangs. */
const graceMs = 10_000;

/** Runs an event through the event directory, in a process of its own as an older ctdbd would. Of one that was ended from outside there is no record. */
export async function runEvent(
  event: readonly string[],
  { directory, environment: env, timeoutS }: RunWhere,
): Promise<HookRun> {
  const begin = performance.now();
  const words = ['run', ...event, '--dir', directory, '--timeout', `${timeoutS}`, '--json'];
  const { ok, stdout, stderr } = await attempt([join(packageRoot, 'bin/ctdb-hook'), ...words], {
    env,
    timeoutMs: timeoutS * 1000 + graceMs,
  });
  const tookMs = performance.now() - begin;
  const lines = stdout.split('\n');
  const record = lines.find((line) => line.startsWith('{'));
  const said = stderr + lines.filter((line) => line !== record).join('\n');
  const { status, entries } =
    record === undefined ? { status: 'ERROR', entries: [] } : Record.parse(JSON.parse(record));
  return { event, tookMs, ok, said, status, entries };
}

import type { SampleAnswer, Context } from 'ctdb-hook';
import type { Options } from './options.ts';
import {
  cacheFile,
  complaintOf,
  directory,
  readSettings,
  reportOldSettings,
  withoutDirectives,
} from './testparm.ts';

/**
 * Asks testparm for Samba's settings off the event's path, and keeps the answer where CTDB's own script looks for it.
 *
 * @throws Failure if there is no answer, nor one from an earlier event.
 */
export async function sampleSettings(context: Context<Options>): Promise<void> {
  const { files, monotonicMs, options, paths, sample, state } = context;
  const intervalMs = 1000 * options.CTDB_HOOK_TESTPARM_INTERVAL;
  const limits = { intervalMs, timeoutMs: testparmMs, staleMs: 2 * intervalMs + testparmMs };
  const sampled = await sample(`testparm ${await numberOfSmbConf(context)}`, limits, ({ run }) =>
    askTestparm({ run, monotonicMs }),
  );
  if (sampled.kind === 'answered' && sampled.answer.ok) {
    if (sampled.answer.askedAtMs > Number(state['renewedAtMs'] ?? 0))
      await keepSettings(sampled.answer.settings, context);
    return;
  }
  const isLate = sampled.kind === 'late' || sampled.answer.isLate;
  const hasOld = (await files.read(cacheFile(paths))) !== undefined;
  reportOldSettings(context, hasOld, isLate ? 'timed out' : sampled.answer.complaint);
}

/**
 * Asks testparm at once, for what is about to be reported may be owed to settings that are no more: those in the registry
 * change without a sign. Answers whether they were others. When it was is remembered: a sample from before is older than what is kept.
 */
export async function renewSettings(context: Context<Options>): Promise<boolean> {
  const answer = await askTestparm(context, renewalMs);
  if (!answer.ok) return false;
  context.state['renewedAtMs'] = answer.askedAtMs;
  return keepSettings(answer.settings, context);
}

/** Answers whether they were others. */
async function keepSettings(settings: string, context: Context<Options>): Promise<boolean> {
  const { edit, paths } = context;
  if (settings === (await readSettings(context))) return false;
  await edit.makeDirectory(directory(paths));
  await edit.write(cacheFile(paths), settings);
  return true;
}

/** The smb.conf that this process has seen last, and how many. */
const seen: { identity: string | undefined; count: number } = { identity: undefined, count: 0 };

/** A number for each smb.conf: testparm is asked at once about a changed one. */
async function numberOfSmbConf({ files, paths, sample }: Context): Promise<number> {
  const path = `${paths.sysEtcDir}/samba/smb.conf`;
  const sampled = await sample('smb.conf', smbConfLimits, async () => ({
    ok: true,
    // One that cannot be looked at fails nothing: testparm will say so.
    identity: await files.identify(path).catch(() => undefined),
  }));
  const identity = sampled.kind === 'answered' ? sampled.answer.identity : seen.identity;
  if (identity !== seen.identity) seen.count += 1;
  seen.identity = identity;
  return seen.count;
}

/** How smb.conf is looked at, in milliseconds; it may lie in a cluster file system. */
const smbConfLimits = { intervalMs: 5_000, timeoutMs: 2_000, staleMs: 60_000 } as const;

/** How long testparm may take, in milliseconds: CTDB gives it 10 seconds. */
const testparmMs = 10_000;

/** How long it may take when an event waits for it, in milliseconds. */
const renewalMs = 5_000;

interface Testparm extends SampleAnswer {
  /** On the monotonic clock. */
  readonly askedAtMs: number;
  readonly isLate: boolean;
  readonly settings: string;
  readonly complaint: string;
}

async function askTestparm(
  { run, monotonicMs }: Pick<Context, 'run' | 'monotonicMs'>,
  timeoutMs = testparmMs,
): Promise<Testparm> {
  const askedAtMs = monotonicMs();
  const asked = await run(['testparm', '-v', '-s'], { timeoutMs });
  return {
    ok: asked.ok,
    isLate: asked.ended === 'timed-out',
    askedAtMs,
    settings: withoutDirectives(asked.stdout),
    complaint: complaintOf(asked),
  };
}

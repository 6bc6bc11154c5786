import type { Answer, Context } from 'ctdb-hook';
import type { Options } from './options.ts';
import { cacheFile, directory, readSettings, reportOldSettings, withoutDirectives } from './testparm.ts';

/**
 * Asks testparm for Samba's settings off the event's path, and keeps the answer where CTDB's own script looks for it.
 *
 * @throws Failure if there is no answer, nor one from an earlier event.
 */
export async function sampleSettings(context: Context<Options>): Promise<void> {
  const { files, options, paths, sample } = context;
  const intervalMs = 1000 * options.CTDB_HOOK_TESTPARM_INTERVAL;
  const limits = { intervalMs, timeoutMs: testparmMs, staleMs: 2 * intervalMs + testparmMs };
  const sampled = await sample(`testparm ${await numberOfSmbConf(context)}`, limits, (probe) =>
    askTestparm(probe),
  );
  if (sampled.kind === 'answered' && sampled.answer.ok) {
    await keepSettings(sampled.answer.settings, context);
    return;
  }
  const isLate = sampled.kind === 'late' || sampled.answer.code === timedOut;
  const hasOld = (await files.read(cacheFile(paths))) !== undefined;
  reportOldSettings(context, hasOld, isLate ? 'timed out' : sampled.answer.complaint);
}

/**
 * Asks testparm at once, for what is about to be reported may be owed to settings that are no more: those in the registry
 * change without a sign. Answers whether they were others.
 */
export async function renewSettings(context: Context<Options>): Promise<boolean> {
  const answer = await askTestparm(context, renewalMs);
  return answer.ok && (await keepSettings(answer.settings, context));
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
const seen = { text: '', count: 0 };

/** A number for each smb.conf: a changed one is asked about at once. */
async function numberOfSmbConf({ files, paths }: Context): Promise<number> {
  const text = (await files.read(`${paths.sysEtcDir}/samba/smb.conf`)) ?? '';
  if (text !== seen.text) seen.count += 1;
  seen.text = text;
  return seen.count;
}

/** How long testparm may take, in milliseconds: CTDB gives it 10 seconds. */
const testparmMs = 10_000;

/** How long it may take when an event waits for it, in milliseconds. */
const renewalMs = 5_000;

/** The exit status of a command that is out of time. */
const timedOut = 124;

interface Testparm extends Answer {
  readonly code: number;
  readonly settings: string;
  readonly complaint: string;
}

async function askTestparm({ run }: Pick<Context, 'run'>, timeoutMs = testparmMs): Promise<Testparm> {
  const { ok, code, stdout, stderr } = await run(['testparm', '-v', '-s'], { timeoutMs });
  return { ok, code, settings: withoutDirectives(stdout), complaint: stderr };
}

import type { Answer, Context } from 'ctdb-hook';
import type { Options } from './options.ts';
import { cacheFile, directory, reportOldSettings, withoutDirectives, type Freshness } from './testparm.ts';

/**
 * Asks testparm for Samba's settings off the event's path, and keeps the answer where CTDB's own script looks for it.
 *
 * @throws Failure if there is no answer, nor one from an earlier event.
 */
export async function sampleSettings(context: Context<Options>): Promise<Freshness> {
  const { edit, files, options, paths, sample } = context;
  const intervalMs = 1000 * options.CTDB_HOOK_TESTPARM_INTERVAL;
  const limits = { intervalMs, timeoutMs: testparmMs, staleMs: 2 * intervalMs + testparmMs };
  const sampled = await sample('testparm', limits, askTestparm);
  const file = cacheFile(paths);
  const old = await files.read(file);
  if (sampled.kind === 'answered' && sampled.answer.ok) {
    const { settings } = sampled.answer;
    if (settings !== old) {
      await edit.makeDirectory(directory(paths));
      await edit.write(file, settings);
    }
    return 'new';
  }
  const isLate = sampled.kind === 'late' || sampled.answer.code === timedOut;
  reportOldSettings(context, old !== undefined, isLate ? 'timed out' : sampled.answer.complaint);
  return 'old';
}

/** How long testparm may take, in milliseconds: CTDB gives it 10 seconds. */
const testparmMs = 10_000;

/** The exit status of a command that is out of time. */
const timedOut = 124;

interface Testparm extends Answer {
  readonly code: number;
  readonly settings: string;
  readonly complaint: string;
}

const askTestparm: (probe: Pick<Context, 'run'>) => Promise<Testparm> = async ({ run }) => {
  const { ok, code, stdout, stderr } = await run(['testparm', '-v', '-s']);
  return { ok, code, settings: withoutDirectives(stdout), complaint: stderr };
};

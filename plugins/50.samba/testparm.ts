import { type CommandOutcome, type Context, describeEnd, Failure, type Paths } from 'ctdb-hook';

/** Whether the cache is as new as it can be, or what an earlier event left. */
export type Freshness = 'new' | 'old';

/**
 * Asks testparm for Samba's settings and keeps the answer.
 *
 * An answer from an earlier event serves when testparm hangs or fails, since a busy registry must not move addresses.
 *
 * @throws Failure if there is no answer from an earlier event either.
 */
export async function updateSettings(context: Context): Promise<Freshness> {
  const { act, edit, paths } = context;
  await edit.makeDirectory(directory(paths));
  const update = await act(updateCommand(paths, 'foreground'), { quiet: true });
  if (update.ok) return 'new';
  const hasOld = (await context.files.read(cacheFile(paths))) !== undefined;
  const isLate = update.ended === 'timed-out' || (update.ended === 'exited' && update.code === timedOut);
  reportOldSettings(context, hasOld, isLate ? 'timed out' : complaintOf(update));
  return 'old';
}

/**
 * Says that the settings are those of an earlier event, and why.
 *
 * @param why `timed out`, or what testparm said.
 * @throws Failure if there are none of an earlier event.
 */
export function reportOldSettings({ log }: Context, hasOld: boolean, why: string): void {
  const isLate = why === 'timed out';
  if (!hasOld)
    throw new Failure(
      isLate
        ? 'ERROR: smb.conf cache create failed - testparm command timed out'
        : withReason('ERROR: smb.conf cache create failed - testparm failed with:', why),
    );
  log(
    isLate
      ? 'WARNING: smb.conf cache update timed out - using old cache file'
      : withReason('WARNING: smb.conf cache update failed - using old cache file', why),
  );
}

/** What testparm said, or how it was ended. */
export const complaintOf = (outcome: CommandOutcome): string =>
  outcome.ended === 'exited' || outcome.ended === 'not-started'
    ? outcome.stderr
    : `testparm ${describeEnd(outcome)}\n${outcome.stderr}`;

/** Asks testparm once more without waiting for the answer, for the next event. */
export const updateSettingsInBackground = ({ act, paths }: Context): Promise<void> =>
  act.background(updateCommand(paths, 'background'), { quiet: true });

/** The settings as testparm printed them, a line each. */
export async function readSettings({ files, paths }: Context): Promise<string> {
  return (await files.read(cacheFile(paths))) ?? '';
}

/** The values that a parameter has in the sections of smb.conf, in their order; empty ones left out. */
export function findValues(settings: string, parameter: string): readonly string[] {
  // Blanks are ASCII's: a path may end in any other. And s, since a path may have any line break of Unicode in it.
  const assignment = new RegExp(`^[ \\t]*${parameter}[ \\t]*=[ \\t]*(.*?)[ \\t\\r]*$`, 's');
  return settings
    .split('\n')
    .map((line) => assignment.exec(line)?.[1] ?? '')
    .filter((value) => value !== '');
}

/** The exit status of timeout(1) when the time was up. */
const timedOut = 124;

/** Below the directory where CTDB's own 50.samba keeps its copy, under the same name: going back finds it. */
export const directory = (paths: Paths): string => `${paths.scriptVarDir}/service/samba`;
/** The last good answer of testparm. */
export const cacheFile = (paths: Paths): string => `${directory(paths)}/smb.conf.cache`;

/**
 * The command that replaces the cache by testparm's answer, at once; testparm's complaints are its output.
 *
 * Each place has a file of its own to write to, since an update in the background may meet the next event's.
 */
function updateCommand(paths: Paths, place: 'foreground' | 'background') {
  const cache = cacheFile(paths);
  return ['sh', '-c', replaceCache, 'testparm', cache, `${cache}.${place}`] as const;
}

/**
 * Left out are parameters that would make no sense, or harm, where the cache is read as a configuration. Paths are bytes:
 * without `-a`, grep drops the lines from the first on that is no text of the locale.
 */
const replaceCache = `
settings=$(timeout 10 testparm -v -s) || exit
printf '%s\\n' "$settings" |
  LC_ALL=C grep -a -Ev '^[[:space:]]+(registry[[:space:]]+shares|include|copy|winbind[[:space:]]+separator)[[:space:]]+=' >"$2"
[ $? -le 1 ] && mv -f "$2" "$1"`;

const withReason = (text: string, reason: string): string =>
  reason.trim() === '' ? text : `${text}\n${reason.trimEnd()}`;

/** The lines of the settings but those that make no sense, or harm, where the cache is read as a configuration. */
export const withoutDirectives = (settings: string): string =>
  settings
    .replace(/\n*$/, '\n')
    .split('\n')
    .filter((line) => !/^\s+(registry\s+shares|include|copy|winbind\s+separator)\s+=/.test(line))
    .join('\n');

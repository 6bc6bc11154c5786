import { standInEnvironment } from '../../core/try/stand-in-environment.ts';
import { runEvent as runEventIn, type HookRun } from '../../core/try/run-event.ts';
import { base, eventDirectory, scriptVarDir, standIns } from './paths.ts';

/** What every event script gets from ctdbd, as far as the demo has it. */
const environment = standInEnvironment({ base, scriptVarDir, standIns });

/** Runs an event through the event directory, in a process of its own as an older ctdbd would. */
export const runEvent = (event: readonly string[]): Promise<HookRun> =>
  runEventIn(event, { directory: eventDirectory, environment, timeoutS: 20 });

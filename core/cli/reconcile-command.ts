import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { installationProblems } from '../ctdb-installation/installation-problems.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { EventDirectoryError } from '../event-directory/entry.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { describeAgreement, describeDifference } from '../reconcile/describe.ts';
import { listNodeAddresses } from '../reconcile/list-addresses.ts';
import { askForViews, type AllViews } from '../reconcile/ask-all.ts';
import { mend } from '../reconcile/mend.ts';
import { isNoAnswer, type Views } from '../reconcile/views.ts';
import { LedgerAccess } from '../run/state/ledger-access.ts';
import { ownDirectory } from '../links/event-directory-option.ts';
import { endOnSignals } from './ending-signals.ts';
import { sayLine, warn } from '../links/output.ts';

/** The exit statuses of `ctdb-hook reconcile`. */
const statuses = { agree: 0, wrong: 1, differ: 2 } as const;

/**
 * `ctdb-hook reconcile [--mend]`: compares ledger, kernel and ctdbd, and with `--mend` has the differences corrected.
 *
 * @returns 0 if they agree in the end; 2 if they differ; 1 if one of them could not be asked, or a correction failed.
 */
export async function reconcileCommand(views: string[]): Promise<number> {
  const { values } = parseArgs({ args: views, options: commands.reconcile.options });
  const ctdb = { environment: receivedEnvironment(), signal: endOnSignals() };
  for (const problem of installationProblems(process.env)) warn(`WARNING: ${problem}`);
  const book = new LedgerAccess(process.env, warn, { listAddresses: listNodeAddresses });
  const sources = { book, ctdb, hasPlugins: hasPlugins() };
  const show = values.json ? (): void => undefined : showLines;
  const seen = await askForViews(sources);
  show(seen);
  const isMended = values.mend && seen.differences.length > 0;
  const { eventdSocket: eventSocket } = ctdbPaths(process.env);
  const say = values.json ? warn : sayLine;
  const { left, ok } = isMended
    ? await mend(seen, { ...sources, eventSocket, say })
    : { left: seen, ok: true };
  if (isMended) show(left);
  if (values.json) sayLine(JSON.stringify(asJson(left)));
  return ok ? statusOf(left) : statuses.wrong;
}

/** For programs. `version` changes when a name changes what it means. A place is null where an address is not. */
function asJson({ views, differences }: AllViews): object {
  const notCompared = (['ledger', 'kernel', 'ctdb'] as const).flatMap((who) => {
    const word = views[who];
    return isNoAnswer(word) ? [{ who, why: word.why, isExpected: word.isExpected === true }] : [];
  });
  return { version: 1, differences, notCompared };
}

/** Whether this node's event directory has an enabled plugin, or may have one. */
function hasPlugins(): boolean {
  try {
    const { entries } = readEventDirectory(ownDirectory());
    return entries.some(({ kind, disabled }) => kind === 'plugin' && disabled === undefined);
  } catch (error) {
    if (!(error instanceof EventDirectoryError)) throw error;
    return true;
  }
}

function showLines({ views, differences }: AllViews): void {
  for (const difference of differences) sayLine(describeDifference(difference));
  if (differences.length === 0) sayLine(describeAgreement(views));
  for (const word of wordsIn(views)) {
    if (!isNoAnswer(word)) continue;
    if (word.isExpected === true) sayLine(`not compared: ${word.why}`);
    else warn(`WARNING: not compared: ${word.why}`);
  }
}

function statusOf({ views, differences }: AllViews): number {
  if (wordsIn(views).some((word) => isNoAnswer(word) && word.isExpected !== true)) return statuses.wrong;
  return differences.length === 0 ? statuses.agree : statuses.differ;
}

const wordsIn = ({ ledger, kernel, ctdb }: Views): readonly Views[keyof Views][] => [ledger, kernel, ctdb];

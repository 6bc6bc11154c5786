import { parseArgs } from 'node:util';
import { installationProblems } from '../ctdb/installation-problems.ts';
import { ctdbPaths } from '../ctdb/paths.ts';
import { EventDirectoryError } from '../entries/entry.ts';
import { readEventDirectory } from '../entries/read-event-directory.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { describeAgreement, describeDifference } from '../reconcile/describe.ts';
import { listAddresses } from '../reconcile/list-addresses.ts';
import { look, type Sight } from '../reconcile/look.ts';
import { mend } from '../reconcile/mend.ts';
import { isUnheard, type Words } from '../reconcile/words.ts';
import { AddressBook } from '../run/address-book.ts';
import { ownDirectory } from './event-directory-option.ts';
import { endOnSignals } from './ending-signals.ts';
import { sayLine, warn } from './output.ts';

/** What `ctdb-hook reconcile` ends with. */
const statuses = { agree: 0, wrong: 1, differ: 2 } as const;

/**
 * `ctdb-hook reconcile [--mend]`: compares ledger, kernel and ctdbd, and has mended what differs.
 *
 * @returns 0 if they agree, in the end; 2 if they differ; 1 if one could not be asked, or mending failed.
 */
export async function reconcileCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: { mend: { type: 'boolean', default: false } } });
  const ctdb = { environment: receivedEnvironment(), signal: endOnSignals() };
  for (const problem of installationProblems(process.env)) warn(`WARNING: ${problem}`);
  const book = new AddressBook(process.env, warn, { listAddresses });
  const witnesses = { book, ctdb, hasPlugins: hasPlugins() };
  const seen = await look(witnesses);
  show(seen);
  if (!values.mend || seen.differences.length === 0) return statusOf(seen);
  const { eventdSocket: eventSocket } = ctdbPaths(process.env);
  const { left, ok } = await mend(seen, { ...witnesses, eventSocket, say: sayLine });
  show(left);
  return ok ? statusOf(left) : statuses.wrong;
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

function show({ words, differences }: Sight): void {
  for (const difference of differences) sayLine(describeDifference(difference));
  if (differences.length === 0) sayLine(describeAgreement(words));
  for (const word of wordsIn(words)) {
    if (!isUnheard(word)) continue;
    if (word.isExpected === true) sayLine(`not compared: ${word.why}`);
    else warn(`WARNING: not compared: ${word.why}`);
  }
}

function statusOf({ words, differences }: Sight): number {
  if (wordsIn(words).some((word) => isUnheard(word) && word.isExpected !== true)) return statuses.wrong;
  return differences.length === 0 ? statuses.agree : statuses.differ;
}

const wordsIn = ({ ledger, kernel, ctdb }: Words): readonly Words[keyof Words][] => [ledger, kernel, ctdb];

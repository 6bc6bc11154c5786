import { connectEventd, type EventClient, NoReply } from '../eventd-protocol/client.ts';
import { results } from '../eventd-protocol/messages.ts';
import type { LedgerAccess } from '../run/state/ledger-access.ts';
import { describeCommandFailure, runCtdb } from './ask-ctdb.ts';
import { askForViews, type AllViews, type ViewSources } from './ask-all.ts';

/** The tools of `mend`. */
export interface MendTools extends ViewSources {
  readonly book: Pick<LedgerAccess, 'findWords' | 'isKept' | 'reconcile'>;
  /** The socket of the event daemon. */
  readonly eventSocket: string;
  /** Receives a line for each thing that is done, and for each failure. */
  readonly say: (line: string) => void;
}

/** How long a takeover run may take, in milliseconds. ctdbd itself allows 3 x TakeoverTimeout (9 s). */
const takeoverTimeoutMs = 60_000;

/** The limit of the event in seconds, as EventScriptTimeout. Other events may be in the queue before it, each as long. */
const eventTimeoutS = 30;
const eventTimeoutMs = 3 * eventTimeoutS * 1000;
const connectTimeoutMs = 5_000;

/**
 * Corrects the differences, and looks again. It only uses CTDB's own ways, so that it never acts at the same time as an
 * event:
 *
 * - ctdbd takes and releases addresses, by a takeover run.
 * - The ledger is corrected by the kernel's answer at an `ipreallocated`. The event daemon runs this event in its turn, and
 *   plugins act on the changes. If no event daemon listens, there are no events, and the ledger is written here.
 *
 * Answers the differences that are left, and whether every step worked.
 */
export async function mend(
  { differences }: AllViews,
  tools: MendTools,
): Promise<{ readonly left: AllViews; readonly ok: boolean }> {
  let ok = true;
  if (differences.some(({ onNode, kernel }) => onNode !== undefined && kernel !== undefined))
    ok = await runTakeover(tools);
  let left = await askForViews(tools);
  if (!left.differences.some(({ isLedgerWrong }) => isLedgerWrong)) return { left, ok };
  ok = (await mendLedger(tools)) && ok;
  left = await askForViews(tools);
  return { left, ok };
}

/** Equivalent to: `ctdb ipreallocate`. */
async function runTakeover({ ctdb, say }: MendTools): Promise<boolean> {
  say('Asking ctdbd for a takeover run (ctdb ipreallocate)');
  const outcome = await runCtdb(ctdb, ['ipreallocate'], takeoverTimeoutMs);
  if (!outcome.ok) say(`ERROR: ${describeCommandFailure(['ipreallocate'], outcome)}`);
  return outcome.ok;
}

/** Corrects the ledger through the event daemon, or by itself if none listens. */
async function mendLedger(tools: MendTools): Promise<boolean> {
  const { book, eventSocket, say } = tools;
  try {
    return await raiseIpreallocated(await connectEventd(eventSocket, connectTimeoutMs), tools);
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    if (isNobodyThere(error)) {
      say('No event daemon runs: writing what the kernel has into the ledger');
      await book.reconcile();
      return true;
    }
    say(`ERROR: ${error.message}`);
    return false;
  }
}

/** Equivalent to: `ctdb event run 30 legacy ipreallocated`. */
async function raiseIpreallocated(eventd: EventClient, { ctdb, say }: MendTools): Promise<boolean> {
  const close = () => {
    eventd.close();
  };
  ctdb.signal.addEventListener('abort', close);
  try {
    say('Raising ipreallocated, at which the ledger learns what the kernel has');
    const event = { component: 'legacy', event: 'ipreallocated', args: null, flags: 0 };
    const result = await eventd.run({ ...event, timeoutS: eventTimeoutS }, eventTimeoutMs);
    if (result !== results.ok)
      say(`ERROR: ipreallocated failed with ${result}: see ctdb event status legacy ipreallocated`);
    return result === results.ok;
  } finally {
    ctdb.signal.removeEventListener('abort', close);
    close();
  }
}

/** Nobody listens on the socket, or it is not there. */
function isNobodyThere({ cause }: NoReply): boolean {
  return cause instanceof Error && 'code' in cause && ['ENOENT', 'ECONNREFUSED'].includes(String(cause.code));
}

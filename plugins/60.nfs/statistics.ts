import type { Check } from './check-file.ts';
import { recall, remember } from './history.ts';
import { logOutput } from './log-output.ts';
import { nfsEnvironment, type NfsContext } from './nfs-context.ts';
import { rpcTimedOut } from './rpc-check.ts';
import { shellCommand } from './shell-command.ts';

/**
 * Takes the service's statistics, if the check file says how, and tells whether the service is only busy: its check
 * timed out, and yet the statistics are not what they were at the check before.
 */
export async function isOnlyBusy(
  check: Check,
  failure: string | undefined,
  context: NfsContext,
): Promise<boolean> {
  if (check.variables.service_stats_cmd === '') return false;
  const result = failure === undefined ? {} : { _err: failure };
  // An error text with a time or a counter in it would pass for progress of a service that hangs.
  const { stdout, stderr } = await context.run(shellCommand(check, 'service_stats_cmd', context, result), {
    environment: nfsEnvironment(context),
  });
  // Statistics that were cut off with their event would differ from whole ones.
  context.signal.throwIfAborted();
  logOutput(context, stderr);
  const before = recall(context, check.path).statistics;
  const now = await digest(stdout);
  remember(context, check.path, { statistics: now });
  if (failure?.includes(rpcTimedOut) !== true || now === before) return false;
  context.log(`WARNING: statistics changed but ${failure}`);
  return true;
}

/** Stands for the text in what is remembered, whatever its length; empty for no text. */
async function digest(text: string): Promise<string> {
  if (text === '') return '';
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(bytes).toString('hex');
}

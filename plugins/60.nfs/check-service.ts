import { describeEnd, Failure, type Command } from 'ctdb-hook';
import type { Check, CheckCommand } from './check-file.ts';
import { failSilently } from './fail-silently.ts';
import { recall, remember } from './history.ts';
import { nfsEnvironment, type NfsContext } from './nfs-context.ts';
import { countsFromTheStart } from './release.ts';
import { findRpcFailure } from './rpc-check.ts';
import { shellCommand, type CheckResult } from './shell-command.ts';
import { isOnlyBusy } from './statistics.ts';
import { judge } from './verdict.ts';

/**
 * Checks a service; counts its failures, and restarts it where the check file says so.
 *
 * @throws Failure if the node is unhealthy, or the service cannot be restarted as the file says.
 */
export async function checkService(check: Check, context: NfsContext): Promise<void> {
  const failure = await findFailure(check, context);
  // A check that was killed with its event says nothing about the service.
  context.signal.throwIfAborted();
  const busy = await isOnlyBusy(check, failure, context);
  if (failure === undefined || busy) {
    remember(context, check.path, { failures: 0 });
    return;
  }

  const { failures: before } = recall(context, check.path);
  const isCounted = before !== null || countsFromTheStart(context.replaced);
  const failures = isCounted ? (before ?? 0) + 1 : null;
  remember(context, check.path, { failures });
  const { unhealthy, restart } = judge(check, failures);
  if (unhealthy) context.log(`ERROR: ${failure}`);
  if (restart) {
    if (!unhealthy) context.log(`WARNING: ${failure}`);
    await restartService(check, { _err: failure, _failcount: `${failures}` }, context);
  }
  if (unhealthy) failSilently();
}

async function findFailure(check: Check, context: NfsContext): Promise<string | undefined> {
  if (check.variables.service_check_cmd === '') return findRpcFailure(check, context);
  const checked = await context.act(shellCommand(check, 'service_check_cmd', context), {
    environment: nfsEnvironment(context),
  });
  // A check that was ended says nothing about the service.
  if (checked.ended !== 'exited')
    throw new Failure(`ERROR: the check of service "${check.program}" ${describeEnd(checked)}`);
  return checked.ok ? undefined : `monitoring service "${check.program}" failed`;
}

async function restartService(check: Check, result: CheckResult, context: NfsContext): Promise<void> {
  const { act, log } = context;
  const { service_stop_cmd, service_start_cmd, service_debug_cmd } = check.variables;
  if (service_stop_cmd === '' || service_start_cmd === '')
    throw new Failure(
      `ERROR: Can not restart service "${check.program}" without corresponding ` +
        'service_start_cmd/service_stop_cmd settings',
    );
  const command = (name: CheckCommand): Command => shellCommand(check, name, context, result);
  const environment = nfsEnvironment(context);
  log(`Trying to restart service "${check.program}"...`);
  await act(command('service_stop_cmd'), { environment });
  if (service_debug_cmd !== '') await act(command('service_debug_cmd'), { environment });
  await act.background(command('service_start_cmd'), { environment });
}

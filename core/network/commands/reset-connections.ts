import { describeEnd } from '../../process/describe-end.ts';
import { isIpv6 } from '../../events/address.ts';
import type { Connection, ResetOutcome, ResetTarget } from '../network.ts';
import type { FindTcpReset } from '../tcp-reset.ts';
import { showErrors, type CommandRunner } from './command-runner.ts';
import { findConnections } from './find-connections.ts';
import { killtcp } from './killtcp.ts';

/** Resets the connections to an address by `ss -K`, by ctdb_killtcp, or by the first and then the second. */
export async function* resetConnections(
  target: ResetTarget,
  findTcpReset: FindTcpReset,
  runner: CommandRunner,
): AsyncGenerator<ResetOutcome, void, undefined> {
  const findLeft = () => findConnections(target.ip, runner);
  if (target.useSsKill === 'no') {
    const found = await findConnections(target.ip, runner);
    if (found === undefined) yield { kind: 'failed' };
    else if (found.length > 0) yield await killtcp(target, found, findTcpReset, runner, findLeft);
    return;
  }
  const { killed, remaining } = await destroySockets(target.ip, runner);
  if (remaining === undefined) {
    yield { kind: 'failed' };
    return;
  }
  yield { kind: 'counted', killed, total: killed + remaining.length, remaining, using: 'ss -K' };
  if (target.useSsKill === 'yes' || remaining.length === 0) return;
  const outcome = await killtcp(target, remaining, findTcpReset, runner, findLeft);
  yield outcome.kind === 'failed' ? outcome : { ...outcome, using: 'ctdb_killtcp' };
}

/**
 * Destroys the sockets of connections that were made while their address was being released.
 *
 * It does not use ctdb_killtcp, which reaches no connection of an address that is gone, and takes 5 s to find that out
 * (4.17).
 */
export async function resetStragglers(
  { ip, useSsKill }: ResetTarget,
  { act }: CommandRunner,
): Promise<undefined> {
  if (useSsKill !== 'no') await act(ssKill(ip), { quiet: true });
}

async function destroySockets(
  ip: string,
  runner: CommandRunner,
): Promise<{ killed: number; remaining: readonly Connection[] | undefined }> {
  const outcome = await runner.act(ssKill(ip), { quiet: true });
  showErrors(outcome, runner);
  if (!outcome.ok && outcome.stderr === '') runner.log(`ss -K ${describeEnd(outcome)}`);
  const killed = outcome.stdout.split('\n').filter((line) => line.trim() !== '').length;
  return { killed, remaining: await findConnections(ip, runner) };
}

/** The command. Without brackets, ss reads an IPv6 address as a host and a port. */
const ssKill = (ip: string): [string, ...string[]] => {
  return ['ss', '-K', '-tnH', 'state', 'established', 'src', isIpv6(ip) ? `[${ip}]` : ip];
};

import type { Entry } from '../../event-directory/entry.ts';
import { defaultTcpReset, type TcpReset } from '../../network/tcp-reset.ts';
import type { TcpResetPolicy } from '../../plugin-api/plugin.ts';
import { describeError } from '../describe-error.ts';
import { tcpResetPolicyOf, type TcpResetPolicyRequest } from './tcp-reset-policy.ts';

/** The plugins whose policies are wanted, and the limits. */
export interface TcpResetPoliciesRequest extends TcpResetPolicyRequest {
  readonly entries: readonly Entry[];
}

/**
 * How connections are reset, by port: the enabled plugins declare it with `tcp`; for all other ports it is our default.
 *
 * A plugin that cannot be asked is reported and leaves its ports to the default: a release must not fail for it.
 */
export async function collectTcpResetPolicies(request: TcpResetPoliciesRequest): Promise<TcpReset> {
  const byPort = new Map<number, TcpResetPolicy['reset']>();
  for (const entry of request.entries) {
    if (entry.kind !== 'plugin' || entry.disabled !== undefined) continue;
    try {
      const policy = await tcpResetPolicyOf(entry, request);
      if (policy === undefined) continue;
      for (const port of policy.ports) byPort.set(port, policy.reset);
    } catch (error) {
      request.report(`WARNING: tcp of ${entry.name} is not known: ${describeError(error, undefined)}`);
    }
  }
  return (port, isTickled) => byPort.get(port) ?? defaultTcpReset(port, isTickled);
}

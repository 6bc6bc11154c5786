import { familyOfTransport, type RpcTransport } from './channel.ts';
import { RpcClient } from './client.ts';
import { describeReply } from './describe-reply.ts';
import { findHost } from './find-host.ts';
import { findPlace } from './find-place.ts';
import type { RpcReply } from './reply.ts';
import { RpcError } from './rpc-error.ts';

/** A program to call. */
export interface PingTarget {
  readonly transport: RpcTransport;
  readonly host: string;
  readonly program: number;
  /** Without it, every existing version is called. */
  readonly version?: number;
}

/** The limits in milliseconds: to find the program, and of each call. */
export interface PingLimits {
  readonly lookUpMs: number;
  readonly callMs: number;
  readonly signal: AbortSignal;
}

/** Whether a program answers. If not, `reason` has rpcinfo's own lines. */
export type PingAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Calls the procedure of a program that does nothing.
 *
 * Equivalent to: `rpcinfo -T $transport $host $program $version`. Rejects with the signal's reason.
 */
export async function ping(target: PingTarget, limits: PingLimits): Promise<PingAnswer> {
  const { version = 0, program } = target;
  try {
    const { signal, lookUpMs, callMs } = limits;
    const { transport } = target;
    const host = await findHost(target.host, familyOfTransport(transport), lookUpMs, signal);
    const place = await findPlace({ transport, host, program, version }, lookUpMs, signal);
    using client = await RpcClient.open({ transport, ...place }, callMs, signal);
    const caller: Caller = { client, program, timeoutMs: callMs };
    return reportOf(
      program,
      await (target.version === undefined ? callAll(caller) : callOne(caller, version)),
    );
  } catch (error) {
    if (error instanceof RpcError) return { ok: false, reason: `rpcinfo: RPC: ${error.brief}` };
    throw error;
  }
}

interface Caller {
  readonly client: RpcClient;
  readonly program: number;
  readonly timeoutMs: number;
}

/** The result of calling one version. Without a failure it answered. */
interface Called {
  readonly version: number;
  readonly failure?: string;
}

/** Most versions of a program that are called. A program that claims to have more is not believed. */
export const versionCountMax = 100;

async function callOne(caller: Caller, version: number): Promise<readonly Called[]> {
  const reply = await tryCall(caller, version);
  return [reply.kind === 'success' ? { version } : { version, failure: describe(reply) }];
}

/** Calls all versions of a program. It finds them in the program's answer to a version that does not exist. */
async function callAll(caller: Caller): Promise<readonly Called[]> {
  let version = 0;
  let reply = await tryCall(caller, version);
  if (reply.kind === 'success') {
    version = 2 ** 32 - 1;
    reply = await tryCall(caller, version);
    // It accepts any number as a version.
    if (reply.kind === 'success') return [{ version: 0 }];
  }
  if (reply.kind !== 'version-mismatch') return [{ version, failure: describe(reply) }];
  const called: Called[] = [];
  const last = Math.min(reply.high, reply.low + versionCountMax - 1);
  for (let each = reply.low; each <= last; each += 1) called.push(...(await callOne(caller, each)));
  return called;
}

type Tried = RpcReply | { readonly kind: 'no-reply'; readonly error: RpcError };

async function tryCall({ client, program, timeoutMs }: Caller, version: number): Promise<Tried> {
  try {
    return await client.call({ program, version, procedure: 0 }, undefined, timeoutMs);
  } catch (error) {
    if (error instanceof RpcError) return { kind: 'no-reply', error };
    throw error;
  }
}

const describe = (reply: Exclude<Tried, { readonly kind: 'success' }>): string =>
  reply.kind === 'no-reply' ? reply.error.message : describeReply(reply);

/** rpcinfo's lines, in their order in one pipe: its standard error is not buffered. */
function reportOf(program: number, called: readonly Called[]): PingAnswer {
  const failures = called.flatMap(({ failure }) =>
    failure === undefined ? [] : [`rpcinfo: RPC: ${failure}`],
  );
  if (failures.length === 0) return { ok: true };
  const lines = called.map(({ version, failure }) =>
    failure === undefined
      ? `program ${program} version ${version} ready and waiting`
      : `program ${program} version ${version} is not available`,
  );
  return { ok: false, reason: [...failures, ...lines].join('\n') };
}

import type { Rpc, RpcAnswer, RpcPingOptions } from '../../plugin-api/context.ts';
import { type Caller, refuse } from './caller.ts';
import type { Faults } from './faults.ts';

/** An RPC program of a fake node: which versions answer, or why none does. */
export interface FakeRpcProgram {
  /** The versions that answer; all, if none are named. */
  readonly versions?: readonly number[];
  /** Why it does not answer. */
  readonly fails?: 'not registered' | 'timed out';
}

/** The RPC programs of a fake node. One that no test defined is refused. */
export class FakeRpc {
  readonly #faults: Faults;
  readonly #programs = new Map<string, FakeRpcProgram>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Says that there is an RPC program, by the name by which the plugin calls it. */
  define(program: string, how: FakeRpcProgram = {}): void {
    this.#programs.set(program, how);
  }

  /** `rpc` of a plugin. */
  for(caller: Caller): Rpc {
    return {
      ping: (program, options = {}) =>
        this.#faults.call<RpcAnswer>(caller, {
          words: ['rpc', program, ...(options.version === undefined ? [] : [`${options.version}`])],
          isChange: false,
          work: () => {
            const known = this.#programs.get(program);
            if (known === undefined)
              return refuse(caller, `called RPC program ${program}`, `node.rpc.define('${program}')`);
            return answerOf(program, known, options);
          },
          failed: (as) => ({ ok: false, reason: typeof as === 'string' ? as : reasons['timed out'] }),
        }),
    };
  }
}

/** In the words of rpcinfo (rpcbind 1.2.6), which core/rpc/ has too. */
const reasons = {
  'not registered': 'rpcinfo: RPC: Program not registered',
  'timed out': 'rpcinfo: RPC: Timed out',
} as const;

function answerOf(
  program: string,
  { versions, fails }: FakeRpcProgram,
  { version }: RpcPingOptions,
): RpcAnswer {
  if (fails !== undefined) return { ok: false, reason: reasons[fails] };
  if (version === undefined || versions === undefined || versions.includes(version)) return { ok: true };
  const [low, high] = [Math.min(...versions), Math.max(...versions)];
  return {
    ok: false,
    reason:
      `rpcinfo: RPC: Program/version mismatch; low version = ${low}, high version = ${high}\n` +
      `program ${program} version ${version} is not available`,
  };
}

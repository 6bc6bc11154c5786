import { readFile } from 'node:fs/promises';
import type { Rpc } from '../../plugin-api/context.ts';
import { programNumber } from '../../rpc/program-number.ts';

/** Where the numbers of RPC programs are, rpc(5). */
const rpcFile = '/etc/rpc';

/** How long rpcinfo waits for rpcbind and for the program, in milliseconds. */
const rpcinfoWaits = { lookUpMs: 60_000, callMs: 10_000 } as const;

/** Makes `rpc`, whose calls end when the signal comes. */
export function createRpc(signal: AbortSignal): Rpc {
  return {
    async ping(name, { version, transport = 'tcp', host, lookUpMs, callMs } = {}) {
      const number = programNumber(name, /^\d+$/.test(name) ? '' : await readNumbers());
      if (number === undefined) return { ok: false, reason: `rpcinfo: ${name} is unknown service` };
      // What it loads of Node would cost every start of a hook process a millisecond or more.
      const { ping } = await import('../../rpc/ping.ts');
      return ping(
        {
          transport,
          host: host ?? (transport.endsWith('6') ? '::1' : '127.0.0.1'),
          program: number,
          ...(version === undefined ? {} : { version }),
        },
        { lookUpMs: lookUpMs ?? rpcinfoWaits.lookUpMs, callMs: callMs ?? rpcinfoWaits.callMs, signal },
      );
    },
  };
}

const readNumbers = (): Promise<string> => readFile(rpcFile, 'utf8').catch(() => '');

/** Calls programs, one line of JSON each: `ping.ts CALLMS[,LOOKUPMS] TRANSPORT,HOST,PROGRAM[,VERSION] ...`. */
import type { RpcTransport } from '../../../core/rpc/channel.ts';
import { ping } from '../../../core/rpc/ping.ts';

const [times = '', ...targets] = process.argv.slice(2);
const [callMs, lookUpMs = callMs] = times.split(',').map(Number);
const answers = targets.map(async (target) => {
  const [transport = '', host = '', program, version] = target.split(',');
  return ping(
    {
      transport: transport as RpcTransport,
      host,
      program: Number(program),
      ...(version === undefined ? {} : { version: Number(version) }),
    },
    { lookUpMs: lookUpMs ?? 0, callMs: callMs ?? 0, signal: AbortSignal.timeout(150_000) },
  );
});
console.log(JSON.stringify(await Promise.all(answers)));

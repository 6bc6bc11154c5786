/** Calls programs, one line of JSON each: `ping.ts MS TRANSPORT,HOST,PROGRAM[,VERSION] ...`. */
import type { Transport } from '../../../core/rpc/channel.ts';
import { ping } from '../../../core/rpc/ping.ts';

const [callMs, ...targets] = process.argv.slice(2);
const answers = targets.map(async (target) => {
  const [transport = '', host = '', program, version] = target.split(',');
  return ping(
    {
      transport: transport as Transport,
      host,
      program: Number(program),
      ...(version === undefined ? {} : { version: Number(version) }),
    },
    { lookUpMs: Number(callMs), callMs: Number(callMs), signal: AbortSignal.timeout(60_000) },
  );
});
console.log(JSON.stringify(await Promise.all(answers)));

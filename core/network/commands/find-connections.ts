import type { Connection } from '../network.ts';
import { showErrors, type CommandRunner } from './command-runner.ts';

/** Equivalent to: `ss -tnH state established "src [$ip]"`. Undefined if ss failed; what it says of it is shown. */
export async function findConnections(
  ip: string,
  runner: CommandRunner,
): Promise<readonly Connection[] | undefined> {
  const outcome = await runner.run(['ss', '-tnH', 'state', 'established', `src [${ip}]`]);
  showErrors(outcome, runner);
  return outcome.ok ? parseConnections(outcome.stdout) : undefined;
}

/** Reads lines `RECV-Q SEND-Q LOCAL PEER`. */
function parseConnections(output: string): Connection[] {
  return output.split('\n').flatMap((line) => {
    const [, , server, client] = line.trim().split(/\s+/);
    return server === undefined || client === undefined
      ? []
      : [{ server: plain(server), client: plain(client) }];
  });
}

/** An IPv4 connection of a socket that listens on `::` is IPv4 to everybody else. */
const plain = (end: string): string => end.replace(/^\[::ffff:(\d+\.\d+\.\d+\.\d+)\]/i, '$1');

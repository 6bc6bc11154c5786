import { describeEnd } from '../../process/describe-end.ts';
import type { Connection } from '../network.ts';
import { showErrors, type CommandRunner } from './command-runner.ts';
import { readProcConnections } from './proc-connections.ts';

/**
 * Finds the established connections to an address. If ss fails, this is said, and /proc/net/tcp is read. Undefined if that
 * cannot be read either.
 *
 * Equivalent to: `ss -tnH state established "src [$ip]"`.
 */
export async function findConnections(
  ip: string,
  runner: CommandRunner,
): Promise<readonly Connection[] | undefined> {
  const outcome = await runner.run(['ss', '-tnH', 'state', 'established', `src [${ip}]`]);
  showErrors(outcome, runner);
  if (outcome.ok) return parseConnections(outcome.stdout);
  if (outcome.stderr === '') runner.log(`ss ${describeEnd(outcome)}`);
  return readProcConnections(runner.paths.proc, ip);
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

/**
 * The plain form of an end. An IPv4 connection of a socket that listens on `::` is IPv4 for everybody else. The device to
 * which a socket is bound, or its VRF, is no part of its address: `10.0.0.1%v0:7001`.
 */
const plain = (end: string): string =>
  end.replace(/%[^\]:]*/, '').replace(/^\[::ffff:(\d+\.\d+\.\d+\.\d+)\]/i, '$1');

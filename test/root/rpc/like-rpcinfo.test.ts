import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../core/package/package-root.ts';
import type { PingAnswer } from '../../../core/rpc/ping.ts';
import type { Namespace } from '../../support/namespace.ts';
import { nodeWithServer } from '../../support/rpc/node-with-server.ts';
import { isStream, programOf, rows, type Row } from '../../support/rpc/answers.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const support = join(packageRoot, 'test/support/rpc');

/** One row over one transport. */
interface Call {
  readonly row: Row;
  readonly transport: string;
}

const calls: readonly Call[] = rows.flatMap((row) =>
  (isStream(row) ? ['tcp', 'tcp6'] : ['tcp', 'udp', 'tcp6', 'udp6']).map((transport) => ({ row, transport })),
);

/** Transport, host, program and perhaps version. */
const wordsOf = ({ row, transport }: Call): readonly string[] => [
  transport,
  transport.endsWith('6') ? '::1' : '127.0.0.1',
  String(programOf(row)),
  ...(row.version === 'any' ? [] : [String(row.version ?? 3)]),
];

/** What we answer, all at once, with the times that rpcinfo has. */
async function pingAll(node: Namespace): Promise<readonly PingAnswer[]> {
  const targets = calls.map((call) => wordsOf(call).join(','));
  const pinger = node.spawn([process.execPath, join(support, 'ping.ts'), '10000,60000', ...targets]);
  if ((await pinger.exited) !== 0) throw new Error(pinger.output);
  return JSON.parse(pinger.output) as readonly PingAnswer[];
}

/** What rpcinfo of the package rpcbind answers, a process for each call, all at once. */
async function rpcinfoAll(node: Namespace): Promise<readonly PingAnswer[]> {
  const directory = temporaryDirectory();
  const runs = calls.map(
    (call, index) =>
      `{ rpcinfo -T ${wordsOf(call).join(' ')} >${directory}/${index} 2>&1; echo $? >${directory}/${index}.status; } &`,
  );
  const shell = node.spawn(['sh', '-c', 'eval "$(cat)"; wait']);
  shell.tell(runs.join('\n'));
  shell.tell();
  if ((await shell.exited) !== 0) throw new Error(shell.output);
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8').trimEnd();
  return calls.map((_call, index) =>
    read(`${index}.status`) === '0' ? { ok: true } : { ok: false, reason: read(String(index)) },
  );
}

/** What we answer where that stays different; the README of 60.nfs says why. */
const differences: ReadonlyMap<string, (program: number) => PingAnswer> = new Map([
  // A datagram for somebody else, which is late perhaps, has libtirpc give up at once.
  ...['udp', 'udp6'].flatMap((transport): [string, () => PingAnswer][] =>
    [
      'a reply to somebody else, then ours',
      'nonsense to somebody else, then ours',
      'rpcbind: a reply to somebody else first',
    ].map((name) => [`${transport}: ${name}`, () => ({ ok: true })]),
  ),
  // libtirpc takes the second one for an end without an error, so for a success.
  ['tcp: two empty fragments', notAvailable('Timed out')],
  ['tcp6: two empty fragments', notAvailable('Timed out')],
  // libtirpc hears on IPv4 only that nobody is there.
  ['udp6: rpcbind: a port where nobody is', notAvailable('Unable to receive; errno = Connection refused')],
  // The answer comes from 127.0.0.1, and so could anybody's.
  ['udp: rpcbind: address 127.0.0.2.11.184', notAvailable('Timed out')],
]);

function notAvailable(why: string) {
  return (program: number): PingAnswer => ({
    ok: false,
    reason: `rpcinfo: RPC: ${why}\nprogram ${program} version 3 is not available`,
  });
}

test('what servers and rpcbinds answer comes to the same as with rpcinfo, of the package rpcbind', async () => {
  const node = await nodeWithServer();
  const [ours, theirs] = await Promise.all([pingAll(node), rpcinfoAll(node)]);

  const nameOf = ({ row, transport }: Call): string => `${transport}: ${row.name}`;
  const expected = calls.map((call, index) => [
    nameOf(call),
    differences.get(nameOf(call))?.(programOf(call.row)) ?? theirs[index],
  ]);
  const version = execFileSync('dpkg-query', ['-W', 'rpcbind', 'libtirpc3*'], { encoding: 'utf8' });
  expect(
    calls.map((call, index) => [nameOf(call), ours[index]]),
    `compared with ${version}`,
  ).toEqual(expected);
  expect(calls.length).toBeGreaterThan(500);
  const names = calls.map(nameOf);
  expect([...differences.keys()].filter((name) => !names.includes(name))).toEqual([]);
}, 180_000);

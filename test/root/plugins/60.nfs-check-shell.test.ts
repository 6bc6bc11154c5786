import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { checkNode } from '../../support/nfs-checks.ts';
import type { ServiceNode } from '../../support/service-node.ts';

/** CTDB's own script and functions, of the package ctdb. */
const stockScript = '/usr/share/ctdb/events/legacy/60.nfs.script';
const stockFunctions = '/etc/ctdb/functions';

/** What CTDB's own script makes of the same node, after CTDB's functions on standard error. */
async function raiseStock(node: ServiceNode): Promise<{ readonly status: number; readonly output: string }> {
  const environment = { ...node.environment, CTDB: 'ctdb' };
  return new Promise((resolve) => {
    const script = 'exec sh "$0" monitor 2>&1';
    execFile('sh', ['-c', script, stockScript], { env: environment }, (error, stdout) => {
      resolve({ status: error === null ? 0 : 1, output: stdout });
    });
  });
}

/** What Debian calls the service; the name is not the point here. */
const named = (output: string): string => output.replaceAll('nfs-kernel-server', 'nfs');

async function listen(path?: string): Promise<string> {
  const server = createServer().listen(path ?? { port: 0, host: '127.0.0.1' });
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return path ?? String((server.address() as AddressInfo).port);
}

/** Port 1 (tcpmux), where nothing listens, and PORT and SOCKET, where something does. */
const commands = [
  'ctdb_check_tcp_ports PORT',
  'ctdb_check_tcp_ports PORT 1',
  'ctdb_check_unix_socket SOCKET',
  'ctdb_check_unix_socket SOCKET.gone',
  'ctdb_check_unix_socket',
  'nfs_check_rpcinfo "$_progname" "3 4" "tcp udp6" >/dev/null',
  'ctdb_check_rpc mountd "" tcp6 || echo "$ctdb_check_rpc_out"',
  'ctdb_check_rpc nfs 3',
  'echo "$_progname $script_name $service_name ${script_state_dir##*/}"; false',
  'echo "$family, $version, $unhealthy_after, $restart_every, $CTDB_HELPER_BINDIR"; false',
  'get_proc sys/kernel/ostype; false',
  'ctdb_counter_get other 2>/dev/null; ctdb_counter_incr other; ctdb_counter_get other; false',
  'ctdb_get_pnn; false',
  'type service_start service_stop background_with_logging >/dev/null && echo defined; false',
];

test('commands of check files come to the same as with the installed CTDB, which needs root', async () => {
  const node = checkNode({}, readFileSync(stockFunctions, 'utf8'));
  node.plantExecutable(
    'stubs/ctdb',
    '#!/bin/sh\ncase $1 in\nchecktcpport) exec /usr/bin/ctdb "$@" ;;\npnn) echo 0 ;;\nesac\n',
  );
  node.plant('state/rpc-down', 'tcp nfs 3\ntcp6 mountd\n');
  const port = await listen();
  const socket = await listen(node.path('listening'));
  const compared = [];
  for (const template of commands) {
    const command = template.replace('PORT', port).replace('SOCKET', socket);
    node.plant('base/nfs-checks.d/20.nfs.check', `version=3\nservice_check_cmd='${command}'\n`);
    node.remove('var');
    const stock = await raiseStock(node);
    node.remove('var');
    const { status, output } = await node.raise('monitor');
    compared.push({ template, ours: [status, named(output)], stock: [stock.status, named(stock.output)] });
  }
  expect(compared.map(({ template, ours }) => [template, ...ours])).toEqual(
    compared.map(({ template, stock }) => [template, ...stock]),
  );
  expect(new Set(compared.map(({ ours }) => ours.join())).size).toBeGreaterThan(commands.length / 2);
});

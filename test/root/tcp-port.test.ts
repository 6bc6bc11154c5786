import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { Namespace } from '../support/namespace.ts';

/** Sockets of every kind that may hold a port, or seem to; says `ready` when they are there. */
const sockets = `
import socket, time
def listener(family, address, port, only=None, reuse=True):
    s = socket.socket(family)
    if reuse: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if only is not None: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
    s.bind((address, port)); s.listen(); return s
v4, v6 = socket.AF_INET, socket.AF_INET6
kept = [listener(v4, '0.0.0.0', 7001), listener(v4, '127.0.0.1', 7002), listener(v6, '::', 7003, 0),
        listener(v6, '::', 7004, 1), listener(v6, '::1', 7005, 1), listener(v4, '0.0.0.0', 7011, None, False)]
def connected(family, address, port):
    s = listener(family, address, port)
    client = socket.create_connection(('::1' if family == v6 else '127.0.0.1', port))
    server, _ = s.accept(); s.close(); return client, server
kept += connected(v4, '0.0.0.0', 7006)           # a child's connection without a listener
client, server = connected(v4, '0.0.0.0', 7007)  # TIME-WAIT at the server
server.close(); client.recv(1); client.close()
client, server = connected(v6, '::1', 7008)
server.close(); client.recv(1); client.close()
kept += connected(v6, '::1', 7009)
s = socket.socket(v4); s.bind(('0.0.0.0', 7010)); kept.append(s)  # bound and not listening
u = socket.socket(v4, socket.SOCK_DGRAM); u.bind(('0.0.0.0', 7012)); kept.append(u)
print('ready', flush=True); time.sleep(300)
`;

test('a port is as free as for ctdb checktcpport itself, whatever holds it', async () => {
  const namespace = await Namespace.make();
  await namespace.spawn(['python3', '-c', sockets]).says('ready');
  const ports = Array.from({ length: 13 }, (_, index) => String(7001 + index));
  const real = ports.map((port) =>
    namespace.exec('sh', '-c', `ctdb checktcpport ${port} >/dev/null 2>&1; echo $?`).trim(),
  );
  const program = join(packageRoot, 'test/support/check-tcp-port.ts');
  const ours = namespace
    .exec(process.execPath, '--conditions=source', program, ...ports)
    .trim()
    .split('\n');
  expect(ours).toEqual(real);
  expect(new Set(real)).toEqual(new Set(['0', '98']));
  const [childs, timeWait] = [real[5], real[6]];
  expect([childs, timeWait]).toEqual(['98', '98']);
});

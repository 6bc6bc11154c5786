import { definePlugin, Failure, healthy, option, unhealthy, type Context } from 'ctdb-hook';
import * as z from 'zod';

const options = z.object({
  HAPROXY_SERVICE: option.word('haproxy'),
  HAPROXY_STATS_SOCKET: option.path('/run/haproxy/admin.sock'),
  HAPROXY_PORTS: option.words(['80', '443']),
  // Proxies whose servers run on this node: without them the node is of no use.
  HAPROXY_LOCAL_PROXIES: option.words([]),
});

type Haproxy = Context<z.output<typeof options>>;

/**
 * Balances load on all public addresses of the cluster. On each node HAProxy binds all of them, whether they are there or not,
 * so that it need not be told when they move.
 */
export default definePlugin({
  options,
  tcp: ({ HAPROXY_PORTS }) => ({ ports: HAPROXY_PORTS.map(Number), reset: 'both-ends' }),

  async startup(_event, { act, service, options }) {
    // Else HAProxy refuses to start as long as one address of its configuration is on another node.
    for (const family of ['ipv4', 'ipv6']) {
      const set = await act(['sysctl', '-q', '-w', `net.${family}.ip_nonlocal_bind=1`]);
      if (!set.ok) throw new Failure(`ERROR: addresses of other nodes cannot be bound (${family})`);
    }
    const { ok } = await service.start(options.HAPROXY_SERVICE);
    if (!ok) throw new Failure(`ERROR: ${options.HAPROXY_SERVICE} does not start`);
  },

  async shutdown(_event, { service, options }) {
    await service.stop(options.HAPROXY_SERVICE);
  },

  async monitor(_event, context) {
    const { HAPROXY_STATS_SOCKET: path, HAPROXY_LOCAL_PROXIES: locals } = context.options;
    const asked = await context.run(['socat', '-t', '5', '-', `UNIX-CONNECT:${path}`], {
      input: 'show stat\n',
      timeoutMs: 6000,
    });
    if (!asked.ok || asked.stdout === '') return checkPorts(context, asked.stderr.trim());
    const states = readStates(asked.stdout);
    const down = locals.filter((proxy) => !(states.get(proxy) ?? 'unknown').startsWith('UP'));
    if (down.length > 0) return unhealthy(`ERROR: HAProxy has no server for ${down.join(', ')}`);
    // What runs elsewhere is as far from all other nodes: moving the addresses would not help.
    for (const [proxy, state] of states)
      if (state.startsWith('DOWN')) context.log(`WARNING: HAProxy has no server for ${proxy}`);
    return healthy;
  },
});

/**
 * After a reload that has failed, HAProxy goes on serving, but its socket has been taken away. A wrong configuration on all
 * nodes must not make all of them unhealthy, so the ports decide.
 */
async function checkPorts(
  { checkTcpPort, log, options }: Haproxy,
  problem: string,
): Promise<ReturnType<typeof unhealthy>> {
  for (const port of options.HAPROXY_PORTS)
    if ((await checkTcpPort(Number(port))) === 0)
      return unhealthy(`ERROR: HAProxy does not listen at port ${port}`);
  log(`WARNING: HAProxy listens and does not say how it is: ${problem}`);
  return healthy;
}

/** The state of each proxy's servers as a whole: `UP`, `DOWN`. Columns have names in the first line, after `# `. */
function readStates(csv: string): ReadonlyMap<string, string> {
  const [heading = '', ...rows] = csv.trim().split('\n');
  const names = heading.replace('# ', '').split(',');
  const [proxy, server, status] = ['pxname', 'svname', 'status'].map((name) => names.indexOf(name));
  const states = rows.map((row) => row.split(',')).filter((cells) => cells[server ?? -1] === 'BACKEND');
  return new Map(states.map((cells) => [cells[proxy ?? -1] ?? '', cells[status ?? -1] ?? '']));
}

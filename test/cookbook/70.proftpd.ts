import { definePlugin, Failure, healthy, option, unhealthy } from 'ctdb-hook';
import * as z from 'zod';

/**
 * Offers files by FTP. A node on which an administrator has said `ftpshut` gives its addresses to others, until `ftpshut -R`.
 */
export default definePlugin({
  options: z.object({
    PROFTPD_SERVICE: option.word('proftpd'),
    // Set in /etc/default/proftpd, which the init script reads too: so what is tested is what is started.
    CONFIG_FILE: option.path('/etc/proftpd/proftpd.conf'),
  }),
  // /etc/sysconfig/proftpd, else /etc/default/proftpd; CTDB's own option files come after it.
  systemConfig: 'proftpd',
  tcp: { ports: [20, 21], reset: 'both-ends' },

  async startup(_event, { run, service, options }) {
    // A failed startup is repeated every five seconds: the log then says each time what is wrong, in the server's words.
    const tested = await run(['proftpd', '--configtest', '--config', options.CONFIG_FILE]);
    if (!tested.ok) throw new Failure(`ERROR: ${options.CONFIG_FILE}: ${tested.stderr.trim()}`);
    const { ok } = await service.start(options.PROFTPD_SERVICE);
    if (!ok) throw new Failure(`ERROR: ${options.PROFTPD_SERVICE} does not start`);
  },

  async shutdown(_event, { service, options }) {
    await service.stop(options.PROFTPD_SERVICE);
  },

  // Reads the number of the greeting, and does not log in: servers are slow to refuse, and log each refusal.
  async monitor(_event, { run, options }) {
    const greeting = ['socat', '-u', 'TCP:127.0.0.1:21,readbytes=3', '-'] as const;
    const { stdout, stderr } = await run(greeting, { timeoutMs: 5000 });
    if (stdout === '220') return healthy;
    const name = options.PROFTPD_SERVICE;
    if (stdout === '500') return unhealthy(`ERROR: ${name} is shut: "ftpshut -R" opens it`);
    return unhealthy(`ERROR: ${name} does not greet: ${stdout}${stderr.trim()}`);
  },
});

import { definePlugin, Failure, healthy, option, unhealthy, type Context } from 'ctdb-hook';
import * as z from 'zod';

const options = z.object({
  PROFTPD_SERVICE: option.word('proftpd'),
  // How long transfers may go on after ctdbd was told to shut down.
  PROFTPD_DRAIN_SECONDS: option.wholeNumber(10, { max: 25 }),
});

type Proftpd = Context<z.output<typeof options>>;

/** What ftpwho says while nobody is logged in. */
const nobody = 'no users connected';

/** Offers files by FTP, and lets transfers end before the node shuts down. */
export default definePlugin({
  options,
  tcp: { ports: [20, 21], reset: 'both-ends' },

  // What shutdown has made outlives it, and a restart of the machine too: who makes such a file removes it here.
  async startup(_event, context) {
    await allowLogins(context);
    const { ok } = await context.service.start(context.options.PROFTPD_SERVICE);
    if (!ok) throw new Failure(`ERROR: ${context.options.PROFTPD_SERVICE} does not start`);
  },

  async shutdown(_event, context) {
    const { act, log, run, options, sleep, service, signal } = context;
    await act(['ftpshut', '-l', '0', '-d', '0', 'now', 'this node shuts down'], { quiet: true });
    // Waits by the context: it ends with the event, and a test need not wait at all.
    for (let seconds = 0; seconds < options.PROFTPD_DRAIN_SECONDS && !signal.aborted; seconds++) {
      const { stdout } = await run(['ftpwho']);
      if (!stdout.includes('FTP daemon') || stdout.includes(nobody)) break;
      if (seconds === 0) log('Waiting for transfers by FTP to end');
      await sleep(1000);
    }
    await service.stop(options.PROFTPD_SERVICE);
    await allowLogins(context);
  },

  async monitor(_event, context) {
    const asked = await askGreeting(context);
    if (asked.ok) return healthy;
    return unhealthy(`ERROR: ${context.options.PROFTPD_SERVICE} lets nobody log in: ${asked.problem}`);
  },
});

/** It fails if logins are allowed already, and that is no fault. */
async function allowLogins({ act }: Proftpd): Promise<void> {
  await act(['ftpshut', '-R'], { quiet: true });
}

/** Reads the server's first line. Nobody logs in: servers are slow to refuse, and write each refusal into their log. */
async function askGreeting({
  run,
}: Context<unknown>): Promise<{ readonly ok: boolean; readonly problem: string }> {
  const command = ['socat', '-t', '5', '-', 'TCP:127.0.0.1:21'] as const;
  const { stdout, stderr } = await run(command, { input: 'QUIT\r\n', timeoutMs: 6000 });
  return { ok: stdout.startsWith('220'), problem: (stdout + stderr).split('\n')[0] ?? '' };
}

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

/** What curl exits with if the server greets and asks for a password: it speaks FTP. */
const loginDenied = 67;

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

  async monitor(_event, { run, options }) {
    const asked = await run(['curl', '-sS', '--max-time', '5', 'ftp://127.0.0.1/']);
    if (asked.ok || (asked.ended === 'exited' && asked.code === loginDenied)) return healthy;
    return unhealthy(`ERROR: ${options.PROFTPD_SERVICE} lets nobody log in: ${asked.stderr.trim()}`);
  },
});

/** It fails if logins are allowed already, and that is no fault. */
async function allowLogins({ act }: Proftpd): Promise<void> {
  await act(['ftpshut', '-R'], { quiet: true });
}

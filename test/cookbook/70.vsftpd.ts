import { definePlugin, Failure, healthy, option, unhealthy, type Context } from 'ctdb-hook';
import * as z from 'zod';

/**
 * Offers files by FTP, restarts a server that has stopped answering, and gives the node up if that does not mend it.
 *
 * Nothing is done when addresses move: vsftpd listens on all of them, and the sessions of an address that leaves are reset.
 */
export default definePlugin({
  options: z.object({
    VSFTPD_SERVICE: option.word('vsftpd'),
    VSFTPD_RESTART_AFTER: option.wholeNumber(2, { min: 1 }),
    VSFTPD_UNHEALTHY_AFTER: option.wholeNumber(4, { min: 1 }),
  }),
  // Of an address that leaves all connections are reset, those with files too. Ports say whose clients are told.
  tcp: { ports: [20, 21], reset: 'both-ends' },

  async startup(_event, { service, options, state }) {
    state['failures'] = 0;
    const { ok } = await service.start(options.VSFTPD_SERVICE);
    if (!ok) throw new Failure(`ERROR: ${options.VSFTPD_SERVICE} does not start`);
  },

  async shutdown(_event, { service, options }) {
    await service.stop(options.VSFTPD_SERVICE);
  },

  async monitor(_event, context) {
    const { log, service, options, signal, state } = context;
    const { VSFTPD_SERVICE: name, VSFTPD_RESTART_AFTER, VSFTPD_UNHEALTHY_AFTER } = options;
    const asked = await askGreeting(context);
    signal.throwIfAborted(); // A monitor that another event has cancelled has learnt nothing.
    if (asked.ok) {
      state['failures'] = 0;
      return healthy;
    }
    // State is written when the function has ended, also if it throws, and is kept while ctdbd lives.
    const failures = Number(state['failures'] ?? 0) + 1;
    state['failures'] = failures;
    const problem = `${name} has failed ${failures} times: ${asked.problem}`;
    if (failures === VSFTPD_RESTART_AFTER) {
      log(`WARNING: ${problem}; it is restarted`);
      await service.restart(name);
    }
    if (failures >= VSFTPD_UNHEALTHY_AFTER) return unhealthy(`ERROR: ${problem}`);
    return healthy;
  },
});

/** Reads the number of the greeting, and does not log in: servers are slow to refuse, and log each refusal. */
async function askGreeting({ run }: Context): Promise<{ readonly ok: boolean; readonly problem: string }> {
  const { stdout, stderr } = await run(['socat', '-u', 'TCP:127.0.0.1:21,readbytes=3', '-'], {
    timeoutMs: 5000,
  });
  return { ok: stdout === '220', problem: `${stdout}${stderr.trim()}` || 'it says nothing' };
}

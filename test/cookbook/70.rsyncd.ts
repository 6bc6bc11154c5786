import {
  definePlugin,
  Failure,
  healthy,
  option,
  unhealthy,
  type Context,
  type Probe,
  type SampleAnswer,
} from 'ctdb-hook';
import * as z from 'zod';

const options = z.object({
  RSYNCD_SERVICE: option.word('rsync'),
  // Modules of rsyncd.conf whose directories are looked into.
  RSYNCD_MODULES: option.words([]),
  RSYNCD_START_SECONDS: option.wholeNumber(5, { min: 1, max: 20 }),
});

/** What the rsync daemon says. */
interface Listing extends SampleAnswer {
  readonly problem: string;
}

/** Offers directories by the rsync daemon. It listens on all addresses, so nothing is done when these move. */
export default definePlugin({
  options,
  tcp: { ports: [873], reset: 'both-ends' },

  // Debian's init script exits with 0 and starts nothing where /etc/default/rsync says so: what counts is that it answers.
  async startup(_event, context) {
    const { RSYNCD_SERVICE: name, RSYNCD_START_SECONDS: seconds } = context.options;
    await context.service.start(name);
    const end = context.monotonicMs() + seconds * 1000;
    for (;;) {
      const { ok, problem } = await list(context, '');
      if (ok) return;
      if (context.monotonicMs() >= end) throw new Failure(`ERROR: ${name} does not answer: ${problem}`);
      await context.sleep(200);
    }
  },

  async shutdown(_event, { service, options }) {
    await service.stop(options.RSYNCD_SERVICE);
  },

  // A directory may be on a cluster file system that hangs. So modules are listed beside the events, and no event waits long.
  async monitor(_event, { sample, options }) {
    const limits = { intervalMs: 15_000, timeoutMs: 10_000, staleMs: 60_000 };
    for (const name of ['', ...options.RSYNCD_MODULES]) {
      const latest = await sample(`module ${name}`, limits, (probe) => list(probe, name));
      if (latest.kind === 'late') return unhealthy(`ERROR: rsync module "${name}" does not answer`);
      if (!latest.answer.ok) return unhealthy(`ERROR: rsync module "${name}": ${latest.answer.problem}`);
    }
    return healthy;
  },
});

/** Lists a module as a client does; without a name, the modules. */
async function list({ run }: Probe | Context, name: string): Promise<Listing> {
  const { ok, stdout, stderr } = await run([
    'rsync',
    '--list-only',
    '--contimeout=5',
    `rsync://127.0.0.1/${name}`,
  ]);
  // The daemon's own words come on standard output, after its greeting.
  const problem = `${stdout}\n${stderr}`
    .split('\n')
    .find((line) => line.startsWith('@ERROR') || line.startsWith('rsync'));
  return { ok, problem: problem ?? '' };
}

import { definePlugin, Failure, healthy, option, unhealthy, type Probe, type SampleAnswer } from 'ctdb-hook';
import * as z from 'zod';

/** What the daemon answers at /health. */
const healthPage = z.object({ status: z.enum(['ok', 'degraded', 'failed']), detail: z.string().default('') });

/** Its answer, or why there is none. */
interface Health extends SampleAnswer {
  readonly status: 'ok' | 'degraded' | 'failed';
  readonly detail: string;
}

/** A daemon of our own, which says at /health how it is, and is told at /addresses which public addresses its node holds. */
export default definePlugin({
  options: z.object({
    INVENTORY_SERVICE: option.word('inventory'),
    INVENTORY_URL: option.word('http://127.0.0.1:7070'),
    INVENTORY_UNHEALTHY_AFTER: option.wholeNumber(3, { min: 1 }),
  }),
  tcp: { ports: [7070], reset: 'both-ends' },

  async startup(_event, { service, options, state }) {
    state['failures'] = 0;
    const { ok } = await service.start(options.INVENTORY_SERVICE);
    if (!ok) throw new Failure(`ERROR: ${options.INVENTORY_SERVICE} does not start`);
  },

  async shutdown(_event, { service, options }) {
    await service.stop(options.INVENTORY_SERVICE);
  },

  // All addresses and not the changes: the daemon may have been restarted, and have forgotten what it was told before.
  async ipreallocated({ changes }, { act, addresses, log, options }) {
    if (!changes.any) return;
    const input = JSON.stringify((await addresses()).map(({ ip }) => ip).sort());
    const json = ['--header', 'content-type: application/json', '--data-binary', '@-'] as const;
    const put = [
      'curl',
      '--silent',
      '--show-error',
      '--fail',
      '--max-time',
      '3',
      '--request',
      'PUT',
    ] as const;
    const told = await act([...put, ...json, `${options.INVENTORY_URL}/addresses`], { input, quiet: true });
    // Throwing would keep `changes` for the next try, but one daemon that is down would fail the takeover of the cluster.
    if (!told.ok) log(`WARNING: the inventory does not know its addresses: ${told.stderr.trim()}`);
  },

  async monitor(_event, { sample, state, options, log }) {
    const limits = { intervalMs: 5000, timeoutMs: 4000, staleMs: 20_000 };
    const latest = await sample('health', limits, (probe) => askHealth(options.INVENTORY_URL, probe));
    const health =
      latest.kind === 'answered'
        ? latest.answer
        : { ok: false, status: 'failed', detail: 'no answer in 4 s' };
    if (health.status === 'degraded') log(`WARNING: the inventory is degraded: ${health.detail}`);
    // One answer that is lost is no reason to move addresses, which every client notices.
    const failures = health.ok ? 0 : Number(state['failures'] ?? 0) + 1;
    state['failures'] = failures;
    if (failures < options.INVENTORY_UNHEALTHY_AFTER) return healthy;
    return unhealthy(`ERROR: the inventory failed ${failures} times: ${health.detail}`);
  },
});

/** The deadline is the sample's: it ends curl, however long the daemon says nothing. */
async function askHealth(url: string, { run }: Probe): Promise<Health> {
  const { ok, stdout, stderr } = await run(['curl', '-sSf', `${url}/health`]);
  if (!ok) return { ok: false, status: 'failed', detail: stderr.trim() };
  const page = healthPage.safeParse(parse(stdout));
  if (!page.success)
    return { ok: false, status: 'failed', detail: `this is no health page: ${stdout.slice(0, 100)}` };
  return { ok: page.data.status !== 'failed', ...page.data };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

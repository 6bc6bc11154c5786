import { definePlugin, healthy, option } from 'ctdb-hook';
import { z } from 'zod';

/** How its check is made between events. */
const limits = { intervalMs: 1000, timeoutMs: 1000, staleMs: 60_000 };

/** An author's own plugin, with an option, a check between events, and work that takes long where addresses have moved. */
export default definePlugin({
  options: z.object({ WEB_PORT: option.wholeNumber(8080, { min: 1, max: 65_535 }) }),

  async monitor(_event, { sample, options }) {
    await sample('port', limits, () => Promise.resolve({ ok: true, port: options.WEB_PORT }));
    return healthy;
  },

  async ipreallocated({ changes }, { run }) {
    if (changes.any) await run(['sleep', '0.7']);
  },
});

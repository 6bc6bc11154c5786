import type { PluginName } from './plugin-name.ts';

/** The plugin that `ctdb-hook new` writes: it keeps a service of its name running. */
export const pluginText = ({ whole, word, variables }: PluginName): string => `\
import { definePlugin, Failure, healthy, option, unhealthy } from 'ctdb-hook';
import * as z from 'zod';

/** Keeps ${word} running, and has it look at its addresses once per takeover. */
export default definePlugin({
  // Set in /etc/ctdb/script.options or ${whole}.options, in shell syntax.
  options: z.object({
    ${variables}_SERVICE: option.word('${word}'),
    ${variables}_CHECK_PROCESS: option.yesNo(true),
  }),

  // How connections to its ports are reset when an address leaves:
  // tcp: { ports: [80], reset: 'both-ends' },

  async startup(_event, { service, options }) {
    const started = await service.start(options.${variables}_SERVICE);
    if (!started.ok) throw new Failure(\`ERROR: \${options.${variables}_SERVICE} does not start\`);
  },

  async shutdown(_event, { service, options }) {
    await service.stop(options.${variables}_SERVICE);
  },

  // Once per takeover, however many addresses moved. It does not fail: that would fail the takeover run of the whole cluster, and ctdbd
  // bans a node on which ipreallocated goes on failing. monitor tries again, and says so.
  async ipreallocated({ changes }, { service, options, state }) {
    if (!changes.any) return;
    const reloaded = await service.reload(options.${variables}_SERVICE);
    state['reloadIsDue'] = !reloaded.ok;
  },

  async monitor(_event, { run, service, options, state }) {
    if (state['reloadIsDue'] === true) {
      const reloaded = await service.reload(options.${variables}_SERVICE);
      if (!reloaded.ok) return unhealthy(\`ERROR: \${options.${variables}_SERVICE} does not reload\`);
      state['reloadIsDue'] = false;
    }
    if (!options.${variables}_CHECK_PROCESS) return healthy;
    const { ok } = await run(['pidof', options.${variables}_SERVICE]);
    return ok ? healthy : unhealthy(\`ERROR: \${options.${variables}_SERVICE} is not running\`);
  },
});
`;

/** Its options file, which sets nothing: all defaults hold. */
export const optionsText = ({ whole, word, variables }: PluginName): string => `\
# Options of ${whole}, in shell syntax. On a node this file is beside the plugin: /etc/ctdb/events/legacy/${whole}.options

# The service, by the name that systemctl has for it.
#${variables}_SERVICE=${word}

# Whether monitor looks for a process of that name: yes or no.
#${variables}_CHECK_PROCESS=yes
`;

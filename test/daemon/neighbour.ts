/**
 * A plugin that has something to lose: it counts its monitors, is told once of the address that the node holds (the
 * loopback's, which every node has), runs a command, and reads an option.
 */
export const neighbour = `import { definePlugin, healthy, option } from 'ctdb-hook';
import * as z from 'zod';

export default definePlugin({
  options: z.object({ NEIGHBOUR: option.word('unset') }),

  async monitor(_event, { state, log, run, options }) {
    state.count = Number(state.count ?? 0) + 1;
    const { stdout } = await run(['sh', '-c', 'echo $CTDB_BASE']);
    log('count ' + [1, 2].map(() => state.count).join(' ') + ' ' + options.NEIGHBOUR + ' ' + stdout.trim());
    return healthy;
  },

  ipreallocated({ changes }, { log }) {
    for (const { ip } of changes.taken) log('taken ' + ip);
    if (!changes.any) log('nothing new');
  },
});
`;

/** What makes the loopback's address a public one. */
export const publicAddresses = '127.0.0.1/8 lo\n';

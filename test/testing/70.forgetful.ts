import { definePlugin } from 'ctdb-hook';

const taken: string[] = [];

/** Remembers in a variable what it has to do later. */
export default definePlugin({
  takeip({ ip }) {
    taken.push(ip);
  },
  releaseip: () => undefined,
  async ipreallocated(_event, { edit }) {
    if (taken.length > 0) await edit.write('/etc/ctdb/taken', taken.splice(0).join(' '));
  },
});

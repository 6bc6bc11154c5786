import { definePlugin, healthy, unhealthy } from 'ctdb-hook';

/** Holds the reason why this node is unwell, if it is. */
const unwellPath = '/run/scenario/unwell';

/** Gets a line of JSON for each `ipreallocated` that had changes. */
const changesPath = '/run/scenario/changes';

/** An author's own plugin: it writes down the changes it is told of, and is as well as the test says. */
export default definePlugin({
  async monitor(_event, { files }) {
    const reason = await files.read(unwellPath);
    return reason === undefined ? healthy : unhealthy(reason);
  },

  async ipreallocated({ changes }, { files, edit }) {
    if (!changes.any) return;
    const before = (await files.read(changesPath)) ?? '';
    await edit.write(changesPath, `${before}${JSON.stringify(changes)}\n`);
  },
});

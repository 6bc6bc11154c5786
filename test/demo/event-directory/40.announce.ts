import { definePlugin, healthy } from 'ctdb-hook';

/** An author's own plugin: announces once per reassignment which addresses came, moved and went. */
export default definePlugin({
  monitor: () => healthy,

  async ipreallocated({ changes }, { files, edit, log, paths }) {
    if (!changes.any) return;
    const announcement = [
      ...changes.taken.map(({ ip }) => `+${ip}`),
      ...changes.moved.map(({ ip, newIface }) => `${ip}>${newIface}`),
      ...changes.released.map(({ ip }) => `-${ip}`),
    ].join(' ');
    const board = `${paths.scriptVarDir}/announcements`;
    await edit.makeDirectory(paths.scriptVarDir);
    await edit.write(board, `${(await files.read(board)) ?? ''}${announcement}\n`);
    log(announcement);
  },
});

import { type Context, definePlugin, parseArguments, type RawEvent } from 'ctdb-hook';
import { checkDatabases } from './check-databases.ts';
import { options } from './options.ts';
import { attachesCtdbTdb, looksAfterDatabases, setsTunables } from './release.ts';
import { setTunables } from './set-tunables.ts';

/** Has the arguments checked of an event that brings an address, before any other entry acts on them. */
const checkArguments = ({ name, argv }: RawEvent<'takeip' | 'releaseip' | 'updateip'>): void => {
  parseArguments(name, argv);
};

/** What is kept there is for scripts: without it the node can still take and release addresses. */
async function emptyState({ edit, paths, signal, log }: Context): Promise<void> {
  try {
    await edit.emptyDirectory(paths.scriptVarDir);
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    log(
      `WARNING: ${paths.scriptVarDir} cannot be emptied: ${why}, expected a directory that root can write to`,
    );
  }
}

/**
 * Starts every life of ctdbd with no state of scripts, and refuses address events with wrong arguments. Where the installed
 * release leaves the databases to 00.ctdb it looks after them as well.
 */
export default definePlugin({
  options,
  rawArguments: true,

  async init(_event, context) {
    await emptyState(context);
    if (looksAfterDatabases(context)) await checkDatabases(context);
  },

  async setup(_event, context) {
    if (setsTunables(context)) await setTunables(context);
  },

  async startup(_event, context) {
    // What comes of it fails no event: who needs the database will say so.
    if (attachesCtdbTdb(context)) await context.ctdb.tell(['attach', 'ctdb.tdb', 'persistent']);
  },

  takeip: checkArguments,
  releaseip: checkArguments,
  updateip: checkArguments,
  ipreallocated: () => undefined,
});

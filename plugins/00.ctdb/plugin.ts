import { definePlugin } from 'ctdb-hook';

/** Nothing to do but to have the event's arguments checked, before any other entry acts on them. */
const checkOnly = (): void => undefined;

/** Starts every life of ctdbd with no state of scripts, and refuses address events with wrong arguments. */
export default definePlugin({
  init: (_event, { edit, paths }) => edit.emptyDirectory(paths.scriptVarDir),
  takeip: checkOnly,
  releaseip: checkOnly,
  updateip: checkOnly,
  ipreallocated: checkOnly,
});

import { definePlugin, parseArguments, type RawEvent } from 'ctdb-hook';

/** Has the arguments checked of an event that brings an address, before any other entry acts on them. */
const checkArguments = ({ name, argv }: RawEvent<'takeip' | 'releaseip' | 'updateip'>): void => {
  parseArguments(name, argv);
};

/** Starts every life of ctdbd with no state of scripts, and refuses address events with wrong arguments. */
export default definePlugin({
  rawArguments: true,
  init: (_event, { edit, paths }) => edit.emptyDirectory(paths.scriptVarDir),
  takeip: checkArguments,
  releaseip: checkArguments,
  updateip: checkArguments,
  ipreallocated: () => undefined,
});

import { dirname, join } from 'node:path';
import type { Entry } from './entry.ts';
import { isHookLink } from './read-event-directory.ts';

/** Whether CTDB's own event daemon runs the entry: a script, or a plugin through a link NN.name.script to ctdb-hook. */
export const isLinked = ({ kind, name, path }: Entry): boolean =>
  kind === 'script' || isHookLink(join(dirname(path), `${name}.script`));

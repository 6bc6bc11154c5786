import type { OptionVariables } from '../../ctdb-config/option-variables.ts';
import {
  type GoodVariables,
  goodOptionsOf,
  keepGoodOptions,
  type OptionsOwner,
} from './last-good-options.ts';
import { type PluginOptionsRequest, readPluginVariables } from './plugin-options.ts';

/** Where options come from, and where those are kept that were right last. */
export interface OptionSource {
  /** What is set for a plugin now. Throws as `readPluginVariables` does. */
  readonly read: (request: PluginOptionsRequest) => Promise<OptionVariables>;
  /** The variables that were kept last; undefined if none were. */
  readonly good: (owner: OptionsOwner) => GoodVariables | undefined;
  /** Keeps variables that are right. Answers what was kept before; undefined if nothing was, or the same. */
  readonly keep: (owner: OptionsOwner, variables: GoodVariables) => GoodVariables | undefined;
}

/** The option files of this node. */
export const optionFiles: OptionSource = {
  read: readPluginVariables,
  good: goodOptionsOf,
  keep: keepGoodOptions,
};

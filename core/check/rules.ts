import type { Rule } from './rule.ts';
import { allocation } from './rules/allocation.ts';
import { ctdbConf } from './rules/ctdb-conf.ts';
import { ctdbConfigValidate } from './rules/ctdb-config-validate.ts';
import { entryNames } from './rules/entry-names.ts';
import { entryOrder } from './rules/entry-order.ts';
import { eventDaemon } from './rules/event-daemon.ts';
import { eventDirectory } from './rules/event-directory.ts';
import { installation } from './rules/installation.ts';
import { interfaces } from './rules/interfaces.ts';
import { kernel } from './rules/kernel.ts';
import { links } from './rules/links.ts';
import { nodes } from './rules/nodes.ts';
import { optionNames } from './rules/option-names.ts';
import { ownAddress } from './rules/own-address.ts';
import { ownership } from './rules/ownership.ts';
import { pluginLoads } from './rules/plugin-loads.ts';
import { pluginOptions } from './rules/plugin-options.ts';
import { pluginTypes } from './rules/plugin-types.ts';
import { publicAddresses } from './rules/public-addresses.ts';
import { runDirectories } from './rules/run-directories.ts';
import { scriptHabits } from './rules/script-habits.ts';
import { tunables } from './rules/tunables.ts';

/** All rules, in the order in which they are applied: what takes long comes last, so that the rest is seen before. */
export const rules: readonly Rule[] = [
  eventDirectory,
  nodes,
  publicAddresses,
  ctdbConf,
  tunables,
  allocation,
  entryNames,
  entryOrder,
  links,
  scriptHabits,
  ownership,
  installation,
  ctdbConfigValidate,
  ownAddress,
  interfaces,
  runDirectories,
  eventDaemon,
  kernel,
  pluginLoads,
  pluginOptions,
  optionNames,
  pluginTypes,
];

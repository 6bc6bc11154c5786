import type { Entry } from '../event-directory/entry.ts';
import { leaveCacheAsItIs } from '../files/cache-directory.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LedgerAccess } from '../run/state/ledger-access.ts';
import { explainPlugin, type PluginSetting } from './explain-plugin.ts';
import type { ExplainedEntry } from './explained.ts';
import { PluginTrials } from './try-plugin.ts';

/** Finds out what a plugin would do. */
export type ExplainPlugin = (entry: Entry) => Promise<ExplainedEntry>;

/**
 * Makes it, for all plugins of an event. It is a program file of its own, which is loaded only where a plugin has to be tried: to load
 * it takes as long as to start Node.
 *
 * @param report gets what is wrong with the ledger, for example
 */
export function createPluginExplainer(
  setting: PluginSetting,
  report: (problem: string) => void,
): ExplainPlugin {
  leaveCacheAsItIs();
  const ledgerAccess = new LedgerAccess(setting.environment, report, {
    openLedger: Ledger.copy,
    raised: setting.event,
  });
  let trials: PluginTrials | undefined;
  return (entry) =>
    explainPlugin(entry, setting, () => (trials ??= new PluginTrials({ ...setting, ledgerAccess })));
}

import { leaveCacheAsItIs } from '../files/cache-directory.ts';
import { explainCommand } from './explain-command.ts';
import { reportingUsage } from './reporting-usage.ts';

/** Runs `ctdb-hook explain`, which has a program of its own: to load all commands takes it half as long as to start Node. */
export function hookMain(_calledAs: string, words: readonly string[]): Promise<number> {
  leaveCacheAsItIs();
  return reportingUsage('explain', () => explainCommand(words.slice(1)));
}

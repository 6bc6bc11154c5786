import { leaveCacheAsItIs } from '../files/cache-directory.ts';
import { reportingUsage } from './reporting-usage.ts';
import { simulateCommand } from './simulate-command.ts';

/** Runs `ctdb-hook simulate`, which has a program of its own: no other command needs so much. */
export function hookMain(_calledAs: string, words: readonly string[]): Promise<number> {
  leaveCacheAsItIs();
  return reportingUsage('simulate', () => simulateCommand(words.slice(1)));
}

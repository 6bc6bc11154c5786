import { reportingUsage } from './reporting-usage.ts';
import { statusCommand } from './status-command.ts';

/** Runs `ctdb-hook status`, which has a program of its own: to load all commands takes it half as long as to start Node. */
export const hookMain = (_calledAs: string, words: readonly string[]): Promise<number> =>
  reportingUsage('status', () => statusCommand(words.slice(1)));

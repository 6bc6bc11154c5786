import { runCommandLine } from './command-line.ts';

/**
 * Runs a command. It is a program of its own beside that of events (`hook-main.ts`), since most commands need little of what events
 * need, and to load that takes as long as Node takes to start. Returns the exit status.
 */
export const hookMain = (_calledAs: string, words: readonly string[]): Promise<number> =>
  runCommandLine(words);

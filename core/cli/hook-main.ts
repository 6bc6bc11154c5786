import { basename } from 'node:path';
import { runAsLink } from './run-as-link.ts';

/** Does what the name under which ctdb-hook was called says, and returns the exit status. */
export async function hookMain(calledAs: string, words: readonly string[]): Promise<number> {
  if (/^\d\d\.|\.script$/.test(basename(calledAs))) return runAsLink(calledAs, words);
  const { runCommandLine } = await import('./command-line.ts');
  return runCommandLine(words);
}

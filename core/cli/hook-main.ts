import { isLinkName } from '../links/link-call.ts';
import { runAsLink } from './run-as-link.ts';

/** Runs one plugin or a command, depending on the name by which ctdb-hook was called. Returns the exit status. */
export async function hookMain(calledAs: string, words: readonly string[]): Promise<number> {
  if (isLinkName(calledAs)) return runAsLink(calledAs, words);
  const { runCommandLine } = await import('./command-line.ts');
  return runCommandLine(words);
}

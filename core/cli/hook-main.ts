import { isLinkName } from '../links/is-link-name.ts';
import { reportingUsage } from './reporting-usage.ts';
import { runAsLink } from './run-as-link.ts';
import { runEventCommand } from './run-event-command.ts';

/** Runs an event: of a link, or of `ctdb-hook run`. Returns the exit status. */
export async function hookMain(calledAs: string, words: readonly string[]): Promise<number> {
  if (isLinkName(calledAs)) return runAsLink(calledAs, words);
  return reportingUsage('run', () => runEventCommand(words.slice(1)));
}

import { parseArgs } from 'node:util';
import { commands, isCommandName, type CommandName } from '../commands/commands.ts';
import { packageVersion } from '../package/package-version.ts';
import { eventTableMarkdown, eventTableRows, eventTableText } from './event-table.ts';
import { say, sayLine } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { reportingUsage } from './reporting-usage.ts';

/** Each command gets the words after its name, and answers its exit status. */
const runners: Readonly<Record<CommandName, (words: string[]) => Promise<number> | number>> = {
  run: async (words) => (await import('./run-event-command.ts')).runEventCommand(words),
  list: async (words) => (await import('./list-command.ts')).listCommand(words),
  status: async (words) => (await import('./status-main.ts')).hookMain('ctdb-hook', ['status', ...words]),
  history: async (words) => (await import('./history-command.ts')).historyCommand(words),
  timeline: async (words) => (await import('./timeline-command.ts')).timelineCommand(words),
  follow: async (words) => (await import('./follow-command.ts')).followCommand(words),
  check: async (words) => (await import('./check-command.ts')).checkCommand(words),
  explain: async (words) => (await import('./explain-main.ts')).hookMain('ctdb-hook', ['explain', ...words]),
  simulate: async (words) =>
    (await import('./simulate-main.ts')).hookMain('ctdb-hook', ['simulate', ...words]),
  'give-up': async (words) => (await import('./give-up-command.ts')).giveUpCommand(words),
  load: async (words) => (await import('./load-command.ts')).loadCommand(words),
  install: async (words) => (await import('./install-command.ts')).installCommand(words),
  upgrade: async (words) => (await import('./upgrade-command.ts')).upgradeCommand(words),
  uninstall: async (words) => (await import('./uninstall-command.ts')).uninstallCommand(words),
  switch: async (words) => (await import('./switch-command.ts')).switchCommand(words),
  'before-start': async (words) => (await import('./switch-command.ts')).beforeStartCommand(words),
  'after-stop': async (words) => (await import('./after-stop-command.ts')).afterStopCommand(words),
  script: async (words) => (await import('./switch-command.ts')).scriptCommand(words),
  new: async (words) => (await import('./new-command.ts')).newCommand(words),
  try: async (words) => (await import('./try-command.ts')).tryCommand(words),
  node: async (words) => (await import('./node-command.ts')).nodeCommand(words),
  reconcile: async (words) => (await import('./reconcile-command.ts')).reconcileCommand(words),
  help: async (words) => (await import('./help-command.ts')).helpCommand(words),
  completion: async (words) => (await import('./help-command.ts')).completionCommand(words),
  events(words) {
    const { values } = parseArgs({ args: words, options: commands.events.options });
    if (values.json) sayLine(JSON.stringify({ version: 1, events: eventTableRows() }));
    else say(values.markdown ? eventTableMarkdown() : eventTableText());
    return 0;
  },
};

/** Runs a command of ctdb-hook and returns its exit status. A fault of the command line is reported on stderr. */
export async function runCommandLine([name = '--help', ...words]: readonly string[]): Promise<number> {
  return reportingUsage(name, async () => {
    if (name === '--version') {
      sayLine(`ctdb-hook ${packageVersion()} (Node ${process.version})`);
      return 0;
    }
    if (name === '--help' || name === '-h') return await showHelp();
    if (!isCommandName(name)) {
      const { unknownCommand } = await import('./help-command.ts');
      throw new UsageError(unknownCommand(name));
    }
    if (name !== 'node' && words.includes('--help')) return await showHelp(name);
    return await runners[name](words);
  });
}

async function showHelp(name?: CommandName): Promise<number> {
  const { helpOf } = await import('./help-command.ts');
  say(helpOf(name));
  return 0;
}

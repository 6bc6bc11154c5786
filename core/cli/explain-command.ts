import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { explainEvent, type Runner } from '../explain/explain-event.ts';
import { eventDeadline } from '../links/event-deadline.ts';
import { ownDirectory, readChosenDirectory } from '../links/event-directory-option.ts';
import { notedEventsOf } from '../links/noted-events.ts';
import { sayLine, warn } from '../links/output.ts';
import { readRaisedEvent } from '../links/read-raised-event.ts';
import { type Environment, receivedEnvironment } from '../process/environment.ts';
import { askRunning, type Running } from '../switch/running.ts';
import { endOnSignals } from './ending-signals.ts';
import { explainAsJson } from './explain-as-json.ts';
import { explainLines } from './explain-lines.ts';

/**
 * `ctdb-hook explain EVENT [ARG ...]`: shows what the event would run now, and what each plugin would change, and changes nothing.
 *
 * @returns 0, also where an entry would fail
 */
export async function explainCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.explain.options,
    allowPositionals: true,
  });
  const event = readRaisedEvent('explain', positionals);
  const directory = readChosenDirectory(values);
  const deadline = eventDeadline(undefined);
  const { runner, environment } = await findRunner(directory.path === ownDirectory());
  let plugin: string | undefined;
  process.on('exit', () => {
    if (plugin === undefined) return;
    warn(`ctdb-hook: explain: ${plugin} ended the process, or waited for nothing`);
    process.exitCode = 1;
  });
  const explained = await explainEvent({
    event,
    directory,
    runner,
    environment,
    notedEvents: notedEventsOf,
    deadline,
    signal: endOnSignals(),
    onPlugin: (name) => {
      plugin = name;
    },
  });
  plugin = undefined;
  if (values.json) sayLine(JSON.stringify(explainAsJson(explained)));
  else for (const line of explainLines(explained)) sayLine(line);
  return 0;
}

/** What runs events here, and its environment, from which options come too. */
async function findRunner(isOwn: boolean): Promise<{ runner: Runner; environment: Environment }> {
  const { base, eventdSocket } = ctdbPaths(process.env);
  const environment = { CTDB_BASE: base, ...receivedEnvironment() };
  if (!isOwn) return { runner: { inWords: 'as ctdb-hook run', runsPlugins: true }, environment };
  const running = await askRunning(eventdSocket);
  return { runner: runnerOf(running), environment: environmentOf(running) ?? environment };
}

function runnerOf(running: Running): Runner {
  switch (running.kind) {
    case 'ours':
      return { inWords: "ctdb-hook's event daemon", runsPlugins: true };
    case 'stock':
      return { inWords: "CTDB's own event daemon", runsPlugins: false };
    case 'none':
    case 'unknown':
      return { inWords: `as ctdb-hook's event daemon (${running.why})`, runsPlugins: true };
  }
}

/** Undefined for somebody who may not look. */
function environmentOf(running: Running): Environment | undefined {
  if (running.kind !== 'ours') return undefined;
  try {
    return receivedEnvironment(running.about.pid);
  } catch {
    return undefined;
  }
}

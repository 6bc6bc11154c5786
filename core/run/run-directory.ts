import type { EventDirectory } from '../entries/entry.ts';
import type { Deadline } from '../process/deadline.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { AddressBook } from './address-book.ts';
import type { OutputSink } from './entry-output.ts';
import type { RaisedEvent } from './outcome.ts';
import { createPluginRunner } from './plugin-runner.ts';
import { runEvent, type Notify, type RunEntry, type RunRecord } from './run-event.ts';
import { createScriptRunner } from './script-runner.ts';
import { collectTcpManners } from './tcp-manners.ts';

/** An event that this process runs through a whole directory. */
export interface DirectoryRun {
  readonly event: RaisedEvent;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly notify: Notify;
  /** Gets what entries say, and what there is to report beside. */
  readonly sink: OutputSink;
}

/** Runs an event through all entries of a directory: plugins in this process, scripts each in one of its own. */
export async function runDirectory(directory: EventDirectory, run: DirectoryRun): Promise<RunRecord> {
  const { event, deadline, signal, notify, sink } = run;
  const environment = receivedEnvironment();
  const report = (message: string): void => {
    sink(Buffer.from(`${message}\n`));
  };
  const { entries } = directory;
  const addressBook = new AddressBook(process.env, report);
  addressBook.keepOnly(entries.flatMap(({ name, kind }) => (kind === 'plugin' ? [name] : [])));
  addressBook.noteRaised(event);
  const runPlugin = createPluginRunner({
    environment,
    addressBook,
    group: 'inherited',
    sink,
    tcpReset: () => collectTcpManners({ entries, environment: process.env, deadline, signal, report }),
  });
  const runScript = createScriptRunner(environment, sink);
  const runEntry: RunEntry = (entry, ...rest) =>
    (entry.kind === 'plugin' ? runPlugin : runScript)(entry, ...rest);
  return runEvent({ event, entries, deadline, signal, runEntry, notify });
}

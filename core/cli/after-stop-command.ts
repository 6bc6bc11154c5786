import { isCtdbdThere } from '../ctdbd-client/is-ctdbd-there.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { builtinSource } from '../event-directory/builtin.ts';
import type { Entry } from '../event-directory/entry.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { interfacePlugin } from '../run/act-without-host.ts';
import { eventDeadline } from '../links/event-deadline.ts';
import { EventRunner } from '../links/event-runner.ts';
import { say, sayLine } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { endOnSignals } from './ending-signals.ts';
import { ownDirectory } from '../links/event-directory-option.ts';

/**
 * The built-in plugin is used even if a script or an author's plugin has this name: that one has handled its `shutdown`, if
 * there was one, and may not load.
 */
const builtin: Entry = { name: interfacePlugin, kind: 'plugin', path: builtinSource(interfacePlugin) };

/**
 * `ctdb-hook after-stop`: removes the public addresses that an ended ctdbd has left on this node, because another node
 * takes them. It uses the `shutdown` of the built-in 10.interface. After a clean stop there are none.
 *
 * @returns 0, also if ctdbd runs and nothing is touched; 1 if an address cannot be removed.
 */
export async function afterStopCommand(words: readonly string[]): Promise<number> {
  if (words.length > 0) throw new UsageError(`after-stop: expected no words, got "${words.join(' ')}"`);
  const { base, ctdbdSocket } = ctdbPaths(process.env);
  if (await isCtdbdThere(ctdbdSocket)) {
    sayLine(`ctdbd listens on ${ctdbdSocket}: its addresses are left to it`);
    return 0;
  }
  const directory = ownDirectory();
  const entry = readEventDirectory(directory).entries.find(({ name }) => name === interfacePlugin);
  if (entry === undefined || entry.disabled !== undefined) return 0;
  process.env['CTDB_BASE'] = base;
  const environment = { ...receivedEnvironment(), CTDB_BASE: base };
  const runner = new EventRunner({ environment, group: 'inherited' });
  const { status } = await runner.run({
    entry: builtin,
    event: { name: 'shutdown', argv: [] },
    directory,
    deadline: eventDeadline(undefined),
    signal: endOnSignals(),
    sink: say,
  });
  return status;
}

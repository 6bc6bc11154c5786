import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEventDirectory } from '../../core/event-directory/read-event-directory.ts';
import { explainEvent } from '../../core/explain/explain-event.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { deadlineIn } from '../../core/process/deadline.ts';
import { pluginText } from '../support/hook-node.ts';
import { script, temporaryDirectory } from '../support/temporary-directory.ts';

test('under CTDB’s own event daemon a plugin does not run without a link, and a script does in whose place it is', async () => {
  const plugin = { text: pluginText('monitor: () => healthy,'), mode: 0o755 };
  const directory = temporaryDirectory({
    '50.alone.ts': plugin,
    '60.both.ts': plugin,
    '60.both.script': script('# ctdb-hook: events startup'),
    '70.linked.ts': plugin,
    '70.linked.script': { target: join(packageRoot, 'bin/ctdb-hook') },
  });
  const tried: string[] = [];
  const { entries } = await explainEvent({
    event: { name: 'takeip', argv: ['eth0', '10.0.0.1', '24'] },
    directory: readEventDirectory(directory),
    runner: { inWords: "CTDB's own event daemon", runsPlugins: false },
    environment: { CTDB_TEST_MODE: '1', CTDB_BASE: directory },
    notedEvents: (name) => (name === '70.linked' ? new Set(['monitor']) : undefined),
    deadline: deadlineIn(20_000),
    signal: new AbortController().signal,
    onPlugin: (name) => tried.push(name),
  });
  expect(entries).toEqual([
    {
      name: '50.alone',
      kind: 'plugin',
      path: join(directory, '50.alone.ts'),
      word: 'not run',
      because: "CTDB's own event daemon runs no plugin without a link 50.alone.script to ctdb-hook",
    },
    {
      name: '60.both',
      kind: 'script',
      path: join(directory, '60.both.script'),
      word: 'would run',
      command: [join(directory, '60.both.script'), 'takeip', 'eth0', '10.0.0.1', '24'],
    },
    {
      name: '70.linked',
      kind: 'plugin',
      path: join(directory, '70.linked.ts'),
      word: 'not run',
      because: 'it does not handle takeip',
    },
  ]);
  expect(tried).toEqual([]); // What is known not to handle the event is not loaded.
});

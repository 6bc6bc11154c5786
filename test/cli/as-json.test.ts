import { expect, test } from 'vitest';
import { eventNames } from '../../core/events/events.ts';
import { HookNode, pluginText } from '../support/hook-node.ts';
import { script } from '../support/temporary-directory.ts';

test('list for programs: the entries, their state, and what is wrong', async () => {
  const node = new HookNode({ '50.a.script': script('true'), 'readme.txt': 'no entry' });
  node.plugin('60.x', pluginText('monitor: () => healthy,'));
  const { status, output } = await node.hook('list', '--json');
  expect(JSON.parse(output)).toMatchObject({
    version: 1,
    eventDaemon: { kind: 'none' },
    residentHost: null,
    directory: node.events,
    convention: 'legacy',
    entries: [
      { name: '50.a', kind: 'script', state: 'enabled', isWrong: false, optionFaults: [] },
      { name: '60.x', kind: 'plugin' },
    ],
    problems: [],
  });
  expect(status).toBe(3);
});

test('events for programs: each with what is declared of it', async () => {
  const { output } = await new HookNode().hook('events', '--json');
  const { version, events } = JSON.parse(output) as { version: number; events: { name: string }[] };
  expect(version).toBe(1);
  expect(events.map(({ name }) => name)).toEqual(eventNames);
});

test('reconcile for programs: the differences, and who could not be asked', async () => {
  const { output } = await new HookNode().hook('reconcile', '--json');
  expect(JSON.parse(output.split('\n').findLast((line) => line.startsWith('{')) ?? '')).toMatchObject({
    version: 1,
    differences: [],
    notCompared: expect.arrayContaining([
      { who: 'ctdb', why: expect.any(String) as string, isExpected: false },
    ]) as object[],
  });
});

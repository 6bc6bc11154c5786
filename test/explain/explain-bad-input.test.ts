import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HookNode, pluginText } from '../support/hook-node.ts';
import { script } from '../support/temporary-directory.ts';

/** A plugin 70.web with these members. */
const web = (members: string) => ({ '70.web.ts': { text: pluginText(members), mode: 0o755 } });

test.each([
  [
    'waits for ever',
    'async startup() { await new Promise((resolve) => setTimeout(resolve, 1e6)); },',
    0,
    'out of time, although it changed nothing',
  ],
  [
    'ends the process',
    'startup() { process.exit(0); },',
    1,
    'ctdb-hook: explain: 70.web ended the process, or waited for nothing',
  ],
  [
    'waits for nothing',
    'async startup() { await new Promise(() => {}); },',
    0,
    'out of time, although it changed nothing',
  ],
  [
    'spins',
    'startup() { for (;;); },',
    1,
    'ctdb-hook: explain: something did not let it come to an end (status 137)',
  ],
])('a plugin that %s does not keep explain from its end', async (_what, members, expected, said) => {
  const node = new HookNode(web(members));
  const { status, output } = await node.with({ CTDB_HOOK_TIMEOUT: '1' }).hook('explain', 'startup');
  expect(output).toContain(said);
  expect(status).toBe(expected);
});

test('shows the same as JSON, with whole commands', async () => {
  const node = new HookNode({
    ...web(
      `async startup(_event, { act }) { if ((await act(['web', 'start'], { input: 'x' })).ok) await act(['web', 'ready']); },`,
    ),
    '75.off.script': { text: '', mode: 0o644 },
    '80.next.script': script('true'),
    README: 'text',
  });
  const { status, output } = await node.hook('explain', 'startup', '--json');
  expect(status).toBe(0);
  const path = (name: string) => join(node.events, name);
  expect(JSON.parse(output)).toEqual({
    version: 1,
    event: 'startup',
    arguments: [],
    directory: node.events,
    runner: `as ctdb-hook's event daemon (there is no ${node.base}/run/eventd.socket)`,
    entries: [
      {
        name: '70.web',
        kind: 'plugin',
        path: path('70.web.ts'),
        word: 'would run',
        trial: {
          options: [],
          problems: [],
          stepsLeftOut: 0,
          end: { word: 'succeeds' },
          isConditional: true,
          output: '',
          steps: [
            { word: 'would run', kind: 'command', command: ['web', 'start'], what: 'web start', input: 'x' },
            { word: 'unknown from here', needs: 'web start', assumed: 'it succeeds' },
            { word: 'would run', kind: 'command', command: ['web', 'ready'], what: 'web ready' },
          ],
        },
      },
      {
        name: '75.off',
        kind: 'script',
        path: path('75.off.script'),
        word: 'not run',
        because: 'it is disabled: the owner may not execute it',
      },
      {
        name: '80.next',
        kind: 'script',
        path: path('80.next.script'),
        word: 'would run',
        command: [path('80.next.script'), 'startup'],
      },
    ],
    ignored: [{ path: path('README'), why: 'its name does not end in .script, .ts, .mts, .js or .mjs' }],
    problems: [],
  });
});

test('says what is wrong with an event that ctdbd does not raise, and with a directory that is not there', async () => {
  const node = new HookNode();
  expect(await node.hook('explain', 'takip')).toMatchObject({
    status: 1,
    output: 'ctdb-hook: unknown event "takip": did you mean takeip?\n',
  });
  expect((await node.hook('explain', 'takeip', 'eth0')).output).toContain(
    'must supply interface, IP and maskbits',
  );
  expect((await node.hook('explain')).output).toBe(
    'ctdb-hook: explain: no event, expected ctdb-hook explain EVENT [ARG ...]\n',
  );
  expect((await node.hook('explain', 'monitor', '--dir', '/nonexistent')).output).toBe(
    'ctdb-hook: Cannot read the event directory /nonexistent: it does not exist\n',
  );
});

test('a directory of thousands of scripts is explained like any other', async () => {
  const scripts = Array.from(
    { length: 3000 },
    (_, index) => [`50.${String(index).padStart(4, '0')}.script`, script('')] as const,
  );
  const node = new HookNode({
    ...Object.fromEntries(scripts),
    '60.loop.script': { target: '60.loop.script' },
  });
  const { status, output } = await node.hook('explain', 'monitor');
  expect(status).toBe(0);
  expect(output.match(/^50\.\d{4} +script {2}would run$/gm)).toHaveLength(3000);
  expect(output).toMatch(/^60\.loop +script {2}not run \(because it is disabled: cannot be read: ELOOP\)$/m);
});

import { expect, test } from 'vitest';
import { HookNode, pluginText } from '../support/hook-node.ts';

test('a plugin that loops ends the simulation, which says on which line it was, and cannot tell', async () => {
  const node = new HookNode({
    '60.web.js': { text: pluginText('monitor: () => healthy,\nstartup() {\n  for (;;);\n},'), mode: 0o755 },
  });
  const { status, output } = await node.hook('simulate', node.events, '--takeovers', '1', '--seed', '1');
  expect(status).toBe(3);
  expect(output).toMatch(
    /ctdb-hook: simulate: a plugin did not come back within 15 s\n {2}it was running\n {4}at startup \(.*60\.web\.js:5:\d+\)\n/,
  );
  expect(output).toMatch(/ctdb-hook: simulate: something did not let it come to an end \(status 137\)\n$/);
}, 60_000);

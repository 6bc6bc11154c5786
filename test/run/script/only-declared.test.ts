import { expect, test } from 'vitest';
import { HookNode } from '../../support/hook-node.ts';
import { script } from '../../support/temporary-directory.ts';

test('a script is not started at events that it does not declare, and counts as well there', async () => {
  const node = new HookNode();
  node.plant({
    '10.declared.script': { text: '#!/bin/sh\n# ctdb-hook: events startup\necho "10 $1"\n', mode: 0o755 },
    '20.other.script': script('echo "20 $1"'),
  });
  expect(await node.hook('run', 'startup')).toMatchObject({ status: 0, output: '10 startup\n20 startup\n' });
  expect(await node.hook('run', 'monitor')).toMatchObject({ status: 0, output: '20 monitor\n' });
});

import { chownSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ResidentNode } from '../resident/resident-node.ts';

/** Any user but root. */
const other = 65_534;

test('a link does not talk to a host whose files belong to somebody else', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', `monitor(_event, ctx) { ctx.log(String(process.pid)); return healthy; }`);
  const host = await node.withHost('60.web');
  expect(await node.call('60.web', 'monitor')).toMatchObject({ status: 0, output: `${host}\n` });
  await node.isReady();
  chownSync(node.place.path, other, other);
  const { status, output } = await node.call('60.web', 'monitor');
  expect(status).toBe(0);
  expect(output).not.toBe(`${host}\n`);
});

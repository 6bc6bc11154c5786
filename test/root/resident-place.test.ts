import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { forAnybody } from '../support/for-anybody.ts';
import { hook } from '../support/hook-node.ts';
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

test('ctdb-hook run does not talk to such a host either', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', `monitor(_event, ctx) { ctx.log(String(process.pid)); return healthy; }`);
  const host = await node.withHost('60.web');
  expect(await node.run(['monitor'])).toEqual({ status: 0, stdout: `${host}\n`, stderr: '' });
  await node.isReady();
  chownSync(node.place.path, other, other);
  const { status, stdout } = await node.run(['monitor']);
  expect(status).toBe(0);
  expect(stdout).not.toBe(`${host}\n`);
});

test('somebody who is not root has no host of root’s, does not disturb it, and runs the event himself as far as he may', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', `monitor(_event, ctx) { ctx.log(String(process.pid)); return healthy; }`);
  chmodSync(node.node.base, 0o755);
  const host = await node.withHost('60.web');
  const asOther = [...forAnybody(), 'setpriv', `--reuid=${other}`, `--regid=${other}`, '--clear-groups'];
  for (const words of [
    [hook, 'run', 'monitor'],
    [join(node.node.events, '60.web.script'), 'monitor'],
  ]) {
    const [file = '', ...args] = [...asOther, ...words];
    const { exitCode, stdout } = await execa(file, args, { env: node.variables(), reject: false });
    const said = stdout.split('\n').at(-1);
    expect({ words, exitCode, pid: said }).toEqual({
      words,
      exitCode: 0,
      pid: expect.stringMatching(/^\d+$/) as string,
    });
    expect(said).not.toBe(String(host));
  }
  expect(await node.call('60.web', 'monitor')).toMatchObject({ status: 0, output: `${host}\n` });
});

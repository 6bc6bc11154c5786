import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { ResidentNode } from './resident-node.ts';

/** How many hosts are killed; each takes a start of Node and of a host. Thousands were, by hand. */
const kills = Number(process.env['CTDB_HOOK_TEST_KILLS'] ?? 40);

/** In how many milliseconds after the start of its link a host is killed: from before it is asked to after it has answered. */
const spreadMs = 12;

test(
  'whenever a host is killed, its link has run the event once or says that it ended, and the next event runs',
  async () => {
    const node = new ResidentNode();
    node.pluginThatTells('60.web');
    let failed = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const host = await node.withHost('60.web');
      const ip = `10.0.${kill >> 8}.${kill & 255}`;
      const link = node.call('60.web', 'takeip', 'eth0', ip, '24');
      await delay((kill * spreadMs) / kills);
      if (isRunning(host)) process.kill(host, 'SIGKILL');
      const { status, output } = await link;
      const times = node
        .read('told')
        .split('\n')
        .filter((told) => told === ip).length;
      const said = 'ERROR: 60.web.script ended unexpectedly, with its resident host\n';
      expect({ ip, status, output }).toEqual({ ip, status, output: status === 0 ? '' : said });
      expect(status === 0 ? [1] : [0, 1]).toContain(times);
      failed += status;
      expect(await node.call('60.web', 'monitor')).toMatchObject({ status: 0, output: '' });
    }
    expect(failed).toBeGreaterThan(0);
  },
  60_000 + kills * 3_000,
);

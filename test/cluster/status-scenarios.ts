import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEventd } from '../../core/eventd-protocol/client.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';
import { releaseUnderTest } from './releases.ts';
import { rows } from './status-rows.ts';
import { grumbleAt, installTrouble, lingering, removeTrouble, troubleAt } from './trouble.ts';

/** The limit of the events that these tests raise, in seconds: what is to time out must not take long. */
const timeoutS = 2;

/** How long our daemon may take to answer the tests' own client, in milliseconds. */
const answerMs = 5_000;

/** The event that these tests raise: nothing depends on it. */
const event = 'recovered';

/** What the entries of a node are, in the order in which they run. */
const names = [...releaseUnderTest.scripts, '65.witness', '66.grumble', '70.author', '80.trouble'].sort();

/** What the distribution's `ctdb event` and `ctdb scriptstatus` show of plugins and scripts under our daemon. */
export function testStatus(cluster: () => Cluster): void {
  describe('what ctdb shows', () => {
    let node: ClusterNode;

    beforeAll(async () => {
      node = cluster().node(1);
      await installTrouble(node);
      return () => removeTrouble(node);
    });

    afterAll(async () => {
      await node.machine.run('chmod', '755', node.entryPath('70.author.ts'));
      await node.machine.run('chmod', '755', node.entryPath('65.witness.script'));
    });

    const raise = () => node.attemptCtdb('event', 'run', `${timeoutS}`, 'legacy', event);
    const status = async () => (await node.attemptCtdb('event', 'status', 'legacy', event)).stdout;
    const monitorRows = async () => rows((await node.attemptCtdb('scriptstatus')).stdout);

    test('an event that goes well shows every entry as OK, plugins and scripts in one order', async () => {
      expect(await raise()).toMatchObject({ code: 0 });
      expect(rows(await status())).toEqual(names.map((name) => [name, 'OK']));
    });

    test('a script that fails is shown as ERROR with its output, as the last one', async () => {
      await grumbleAt(node, event, 'grumble');
      expect(await raise()).toMatchObject({ code: 8, stdout: `Event ${event} in legacy failed` });
      expect(rows(await status()).at(-1)).toEqual(['66.grumble', 'ERROR']);
      expect(await status()).toMatch(/\n {2}OUTPUT: the script grumbles\n?$/);
    });

    test('a plugin that fails is shown as ERROR with its output, as the last one', async () => {
      await troubleAt(node, event, 'fail');
      expect(await raise()).toMatchObject({ code: 8, stdout: `Event ${event} in legacy failed` });
      expect(rows(await status()).at(-1)).toEqual(['80.trouble', 'ERROR']);
      expect(await status()).toMatch(/\n {2}OUTPUT: the plugin complains\n?$/);
    });

    test('a script that hangs is shown as TIMEDOUT, with what it was doing', async () => {
      await grumbleAt(node, event, 'linger');
      expect(await raise()).toMatchObject({ stdout: `Event ${event} in legacy timed out` });
      expect(rows(await status()).at(-1)).toEqual(['66.grumble', 'TIMEDOUT']);
      await cluster().waitUntil('status tells what it was doing', status, (text) => text.includes(lingering));
      await cluster().waitUntil(
        'its processes are gone',
        () => node.machine.pidsOf(/sleep 1000/),
        (pids) => pids.length === 0,
      );
    });

    test('a plugin that hangs is shown as TIMEDOUT, with where it was', async () => {
      await troubleAt(node, event, 'spin');
      expect(await raise()).toMatchObject({ stdout: `Event ${event} in legacy timed out` });
      expect(rows(await status()).at(-1)).toEqual(['80.trouble', 'TIMEDOUT']);
      await cluster().waitUntil('status tells where it was', status, (text) =>
        /at spin \(.*80\.trouble\.ts:\d+:\d+\)/.test(text),
      );
      expect(await raise()).toMatchObject({ code: 0 });
    });

    test('a script and a plugin without execute bits are shown as DISABLED, and run again with them', async () => {
      await node.ctdb('event', 'script', 'disable', 'legacy', '65.witness');
      await node.machine.run('chmod', '-x', node.entryPath('70.author.ts'));
      const disabled = (found: string[][]): string[] =>
        found.filter(([, state]) => state === 'DISABLED').map(([name = '']) => name);
      await cluster().waitUntil('both are disabled', monitorRows, (found) =>
        ['65.witness', '70.author'].every((name) => disabled(found).includes(name)),
      );

      await node.ctdb('event', 'script', 'enable', 'legacy', '65.witness');
      await node.machine.run('chmod', '+x', node.entryPath('70.author.ts'));
      await cluster().waitUntil(
        'both are enabled',
        monitorRows,
        (found) => found.length === names.length && disabled(found).length === 0,
      );
    });

    test('ctdb event script list shows scripts; a plugin file it does not know', async () => {
      const list = (await node.ctdb('event', 'script', 'list', 'legacy')).split('\n');
      expect(list).toContain('* 65.witness');
      expect(list).toContain('* 10.interface');
      expect(list.filter((line) => line.includes('70.author'))).toEqual([]);
    });

    test('the daemon enables and disables a plugin when its protocol asks for it', async () => {
      const client = await connectEventd(
        node.machine.outside(`${node.release.eventdDir}/eventd.socket`),
        answerMs,
      );
      const ask = (action: 'enable' | 'disable') =>
        client.script({ component: 'legacy', script: '70.author', action }, answerMs);
      const state = async () => rows(await status()).find(([name]) => name === '70.author')?.[1];

      expect(await ask('disable')).toBe(0);
      await raise();
      expect(await state()).toBe('DISABLED');
      expect(await ask('enable')).toBe(0);
      await raise();
      expect(await state()).toBe('OK');
      client.close();
    });

    test('an event that never ran, and a component that is not there, are told as such', async () => {
      expect(await node.attemptCtdb('event', 'status', 'legacy', 'nothing')).toMatchObject({
        code: 22,
        stdout: 'Event nothing has never run in legacy',
      });
      expect((await node.attemptCtdb('event', 'run', '1', 'nowhere', event)).code).toBe(2);
    });
  });
}

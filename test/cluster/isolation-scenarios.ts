import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';
import { rows } from './status-rows.ts';
import {
  grumbleAt,
  installTrouble,
  isInTrouble,
  type PluginDeed,
  removeTrouble,
  troubleAt,
  type TroubledEvent,
} from './trouble.ts';
import { Watch } from './watch.ts';

/** ctdbd's own limit for events in these tests, in seconds; 30 by default. */
const eventTimeoutS = 3;

/** What stays to be raised by the tests themselves; its limit in seconds. */
const free = { event: 'recovered', timeoutS: '20' } as const;

/** Parts of the command lines of our daemon and of its plugin hosts. */
const daemonProgram = /dist\/eventd\.js/;
const hostProgram = /dist\/host\.js/;

/** What the log says of each deed of a plugin. */
const told: Readonly<Record<'spin' | 'exit' | 'abort' | 'segfault', string>> = {
  spin: '80.trouble: ERROR: 80.trouble was still busy with ',
  exit: '80.trouble: ERROR: Error: process.exit would end the plugin host',
  abort: '80.trouble: ERROR: Error: process.abort would end the plugin host',
  segfault: '80.trouble: ERROR: 80.trouble: the plugin host ended: it was ended by SIGSEGV',
};

/** A crash and an abort end the host alike, so each is tried at one event: each case takes seconds. */
const cases = [
  { event: 'monitor', deed: 'spin' },
  { event: 'monitor', deed: 'exit' },
  { event: 'monitor', deed: 'segfault' },
  { event: 'ipreallocated', deed: 'spin' },
  { event: 'ipreallocated', deed: 'exit' },
  { event: 'ipreallocated', deed: 'abort' },
] as const;

/** What a plugin, or somebody with a kill command, can do to a node with our daemon: cost an event, and not the node. */
export function testIsolation(cluster: () => Cluster): void {
  describe('isolation', () => {
    let node: ClusterNode;
    let watch: Watch;
    let daemon: readonly string[];

    beforeAll(async () => {
      node = cluster().node(1);
      await node.setTunable('EventScriptTimeout', eventTimeoutS);
      await installTrouble(node);
      return async () => {
        await node.setTunable('EventScriptTimeout', 30);
        await removeTrouble(node);
      };
    });

    beforeEach(() => {
      watch = new Watch(cluster());
      daemon = node.machine.pidsOf(daemonProgram);
    });

    afterEach(async () => {
      await cluster().waitUntilHealthy();
      await cluster().waitUntilServedBy(cluster().nodes);
      watch[Symbol.dispose]();
    });

    const raise = () => node.attemptCtdb('event', 'run', free.timeoutS, 'legacy', free.event);

    test.each(cases)(
      'a plugin that does its worst ($deed) at $event costs that event, and nothing else',
      async ({ event, deed }) => {
        const logged = (await node.log()).length;
        await provoke(node, event, deed);
        await cluster().waitUntil(
          `the log tells of it`,
          async () => (await node.log()).slice(logged),
          (log) => log.includes(told[deed]),
        );

        expect(await raise()).toMatchObject({ code: 0 });
        await cluster().waitUntil(
          'the next monitor is well',
          async () =>
            rows((await node.attemptCtdb('scriptstatus')).stdout).find(([name]) => name === '80.trouble'),
          (row) => isDeepStrictEqual(row, ['80.trouble', 'OK']),
        );
        expect(node.machine.pidsOf(daemonProgram)).toEqual(daemon);
        expect(watch.faults).toEqual([]);
        // A recovery forgives what a failed takeover run is counted as: at the second a node is banned.
        if (event === 'ipreallocated') await node.ctdb('recover');
      },
    );

    test('with every plugin host killed the next event runs normally', async () => {
      await node.killAtOnce(node.machine.pidsOf(hostProgram));

      expect(await raise()).toMatchObject({ code: 0 });
      expect(node.machine.pidsOf(daemonProgram)).toEqual(daemon);
      expect(watch.faults).toEqual([]);
    });

    test('killing the plugin host fails the event that a plugin was busy with, and the next runs normally', async () => {
      await troubleAt(node, free.event, 'linger');
      const event = raise();
      await cluster().waitUntil(
        'the plugin has begun',
        () => isInTrouble(node),
        (isTaken) => isTaken,
      );
      await node.killAtOnce(node.machine.pidsOf(hostProgram));

      expect(await event).toMatchObject({ code: 8 });
      const { stdout } = await node.attemptCtdb('event', 'status', 'legacy', free.event);
      expect(stdout).toContain('OUTPUT: ERROR: 80.trouble: the plugin host ended: it was ended by SIGKILL');
      expect(await raise()).toMatchObject({ code: 0 });
      expect(watch.faults).toEqual([]);
    });

    test('killing a running script fails its event, and the next runs normally', async () => {
      await grumbleAt(node, free.event, 'linger');
      const event = raise();
      const pids = await cluster().waitUntil(
        'the script lingers',
        () => node.machine.pidsOf(/66\.grumble\.script/),
        (found) => found.length > 0,
      );
      await cluster().waitUntil(
        'it has begun to',
        () => node.machine.pidsOf(/sleep 1000/),
        (found) => found.length > 0,
      );
      await node.killAtOnce(pids);

      expect(await event).toMatchObject({ code: 8 });
      const { stdout } = await node.attemptCtdb('event', 'status', 'legacy', free.event);
      // The words of `ctdb event` for a script that a signal has ended (-EINTR), whichever daemon says so.
      expect(rows(stdout).at(-1)).toEqual(['66.grumble', 'CANNOT RUN']);
      expect(await raise()).toMatchObject({ code: 0 });
      expect(watch.faults).toEqual([]);
    });

    test('killing the daemon itself ends ctdbd, as it does with CTDB’s own, and leaves no process behind', async () => {
      await node.killAtOnce(daemon);

      await cluster().waitUntil(
        'ctdbd has ended',
        () => node.isCtdbdAlive(),
        (isAlive) => !isAlive,
      );
      node.noteEnd();
      expect(await node.log()).toContain('Eventd went away - exiting');
      await cluster().waitUntil(
        'its plugin hosts have ended',
        () => node.machine.pidsOf(hostProgram),
        (pids) => pids.length === 0,
      );
      await node.start();
    });
  });
}

/** Has ctdbd run into the plugin's trouble; a takeover run that fails makes `ctdb ipreallocate` fail. */
async function provoke(node: ClusterNode, event: TroubledEvent, deed: PluginDeed): Promise<void> {
  await troubleAt(node, event, deed);
  if (event === 'ipreallocated') await node.attemptCtdb('ipreallocate');
}

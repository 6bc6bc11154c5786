import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import tgt from './09.tgt.ts';

/** tgtd 1.0.85 as its commands show it: targets by number. It may be at work on a target, and not be there yet. */
class Daemon {
  readonly targets = new Map<string, string>();
  busyFor = 0;
  startsAfter = 0;
  #numbers = 0;

  answer(words: readonly string[]): {
    readonly code?: number;
    readonly stdout?: string;
    readonly stderr?: string;
  } {
    const tid = words[words.indexOf('--tid') + 1] ?? '';
    if (words[0] === 'tgt-admin') return this.#add(words[words.indexOf('--update') + 1] ?? '');
    if (words.includes('show')) {
      if (this.startsAfter-- > 0) return { code: 107 };
      return {
        stdout: [...this.targets].map(([id, name]) => `Target ${id}: ${name}\n    State: ready\n`).join(''),
      };
    }
    if (words.includes('update')) return {};
    if (this.busyFor > 0) {
      this.busyFor -= 1;
      return { code: 22, stderr: 'tgtadm: this logical unit is still active\n' };
    }
    return this.targets.delete(tid) ? {} : { code: 22, stderr: "tgtadm: can't find the target\n" };
  }

  #add(name: string): { readonly code: number } {
    this.targets.set(`${++this.#numbers}`, name);
    return { code: 0 };
  }
}

/** Installs the daemon, with a target for each address. */
function prepare({ commands, files, services }: TestNode): Daemon {
  services.define('tgt');
  for (const [ip, name] of [
    ['10.0.0.1', 'iqn.2026-01.example:one'],
    ['10.0.0.2', 'iqn.2026-01.example:two'],
  ])
    files.set(`/etc/ctdb/iscsi-targets/${ip}.conf`, `<target ${name}>\n  backing-store /x\n</target>\n`);
  const daemon = new Daemon();
  for (const program of ['tgtadm', 'tgt-admin']) commands.on(program, (command) => daemon.answer(command));
  return daemon;
}

async function targetNode(): Promise<{ readonly node: TestNode; readonly daemon: Daemon }> {
  const node = await testNode({ name: '09.tgt', plugin: tgt });
  return { node, daemon: prepare(node) };
}

describePluginContract(tgt, { name: '09.tgt', prepare }, { describe, test });

const one = 'iqn.2026-01.example:one';

test('a target comes when its address is there, and goes before it leaves', async () => {
  const { node, daemon } = await targetNode();
  await using _node = node;
  await node.raise('startup');
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  expect([...daemon.targets.values()]).toEqual([]);
  await node.raise('ipreallocated');
  expect([...daemon.targets.values()]).toEqual([one]);
  expect((await node.raise('ipreallocated')).did).toEqual([]);
  expect(await node.raise('monitor')).toMatchObject({ ok: true });
  await node.raise('releaseip', 'eth0', '10.0.0.1', '24');
  expect([...daemon.targets.values()]).toEqual([]);
});

test('a target that is in use is told to go until it goes', async () => {
  const { node, daemon } = await targetNode();
  await using _node = node;
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('ipreallocated');
  daemon.busyFor = 3;
  expect(await node.raise('releaseip', 'eth0', '10.0.0.1', '24')).toMatchObject({ ok: true, tookMs: 600 });
  expect([...daemon.targets.values()]).toEqual([]);
});

test('a target that never goes does not keep the address', async () => {
  const { node, daemon } = await targetNode();
  await using _node = node;
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('ipreallocated');
  daemon.busyFor = 1000;
  expect(await node.raise('releaseip', 'eth0', '10.0.0.1', '24')).toMatchObject({
    ok: true,
    output: `WARNING: target ${one} is still in use\n`,
  });
  expect(node.addresses).toEqual([]);
});

test('startup waits until tgtd answers, and makes the targets of the addresses that are there', async () => {
  const { node, daemon } = await targetNode();
  await using _node = node;
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  daemon.startsAfter = 3;
  expect(await node.raise('startup')).toMatchObject({ ok: true, tookMs: 300 });
  expect([...daemon.targets.values()]).toEqual([one]);
});

test('a daemon that does not answer makes the node unhealthy, and holds up no address', async () => {
  const { node } = await targetNode();
  await using _node = node;
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  node.commands.on('tgtadm', { code: 107, stderr: 'tgtadm: failed to send request hdr to tgt daemon\n' });
  expect(await node.raise('monitor')).toMatchObject({ ok: false, output: 'ERROR: tgtd does not answer\n' });
  expect(await node.raise('releaseip', 'eth0', '10.0.0.1', '24')).toMatchObject({ ok: true, output: '' });
});

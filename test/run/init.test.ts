import { describe, expect, test } from 'vitest';
import { EventdNode } from '../support/eventd-node.ts';
import { HookNode, pluginText } from '../support/hook-node.ts';
import { plant } from '../support/temporary-directory.ts';

/** 127.0.0.1 is the one address that every machine holds, and 10.255.0.1 one that this one does not. */
const publicAddresses = '127.0.0.1/8 lo\n10.255.0.1/24 lo\n';
const taken = [
  ['lo', '127.0.0.1', '8'],
  ['lo', '10.255.0.1', '24'],
] as const;

const plugin = pluginText(`
  init() {},
  shutdown() {},
  takeip() {},
  releaseip() {},
  ipreallocated({ changes }, { log }) { log(JSON.stringify(changes)); },`);

/** An address that the ledger had and the kernel has not. One that is still there is no difference. */
const wrong = 'the ledger of before init was wrong about 10.255.0.1/24 on lo: it is not there';

/** What every plugin is told afterwards: the kernel has one, and nothing was held before. */
const told = (output: string): unknown => JSON.parse(output);
const onlyTaken = {
  taken: [{ iface: 'lo', ip: '127.0.0.1', maskBits: 8 }],
  released: [],
  moved: [],
  retaken: [],
  any: true,
};

describe('at init the ledger of before is compared with the kernel and forgotten', () => {
  test('in a process for one plugin, which says so once for all of them', async () => {
    const node = new HookNode();
    node.configure('public_addresses', publicAddresses);
    node.plugin('60.x', plugin);
    node.plugin('70.y', plugin);
    for (const address of taken) await node.call('60.x', 'takeip', ...address);
    await node.call('70.y', 'ipreallocated');
    await node.call('60.x', 'takeip', ...taken[1]);
    expect(await node.call('60.x', 'init')).toMatchObject({ status: 0, output: `${wrong}\n` });
    expect(await node.call('70.y', 'init')).toMatchObject({ status: 0, output: '' });
    for (const name of ['60.x', '70.y'])
      expect(told((await node.call(name, 'ipreallocated')).output)).toEqual(onlyTaken);
  });

  test('in a process for the whole directory', async () => {
    const node = new HookNode({ '60.x.ts': { text: plugin, mode: 0o755 } });
    node.configure('public_addresses', publicAddresses);
    for (const address of taken) await node.hook('run', 'takeip', ...address);
    expect(await node.hook('run', 'init')).toMatchObject({ status: 0, output: `${wrong}\n` });
    expect(await node.hook('run', 'init')).toMatchObject({ status: 0, output: '' });
    expect(told((await node.hook('run', 'ipreallocated')).output)).toEqual(onlyTaken);
  });

  test.each(['netlink', 'commands'])('in the daemon, which logs it (%s)', async (network) => {
    const node = new EventdNode({ '60.x.ts': { text: plugin, mode: 0o755 } });
    plant(node.base, { public_addresses: publicAddresses });
    const daemon = await node.start({ environment: { CTDB_HOOK_NETWORK: network } });
    for (const address of taken) await daemon.run('takeip', { args: address.join(' ') });
    for (let life = 0; life < 2; life++) await daemon.run('init');
    await daemon.run('ipreallocated');
    expect((await daemon.log()).split(wrong)).toHaveLength(2);
    expect(told(await daemon.output('ipreallocated'))).toEqual(onlyTaken);
  });
});

describe('after a shutdown what is gone was released, and init has nothing to say', () => {
  test('in a process for one plugin', async () => {
    const node = new HookNode();
    node.configure('public_addresses', publicAddresses);
    for (const name of ['60.x', '70.y']) node.plugin(name, plugin);
    for (const address of taken) await node.call('60.x', 'takeip', ...address);
    for (const name of ['60.x', '70.y']) await node.call(name, 'shutdown');
    for (const name of ['60.x', '70.y'])
      expect(await node.call(name, 'init')).toMatchObject({ status: 0, output: '' });
    await node.call('60.x', 'takeip', ...taken[1]);
    expect(await node.call('60.x', 'init')).toMatchObject({ status: 0, output: `${wrong}\n` });
  });

  test('in a process for the whole directory', async () => {
    const node = new HookNode({ '60.x.ts': { text: plugin, mode: 0o755 } });
    node.configure('public_addresses', publicAddresses);
    for (const address of taken) await node.hook('run', 'takeip', ...address);
    await node.hook('run', 'shutdown');
    expect(await node.hook('run', 'init')).toMatchObject({ status: 0, output: '' });
  });

  test('in the daemon, unless ctdbd went on after it', async () => {
    const node = new EventdNode({ '60.x.ts': { text: plugin, mode: 0o755 } });
    plant(node.base, { public_addresses: publicAddresses });
    const daemon = await node.start();
    const takeAll = async () => {
      for (const address of taken) await daemon.run('takeip', { args: address.join(' ') });
    };
    await takeAll();
    await daemon.run('shutdown');
    await daemon.run('init');
    await daemon.run('shutdown');
    await takeAll();
    await daemon.run('ipreallocated');
    await takeAll(); // The kernel's word was that one of them is not there.
    await daemon.run('init');
    daemon.process.child.kill('SIGTERM');
    await daemon.process.exited; // All of its log is written then.
    expect(node.log().split(wrong)).toHaveLength(2);
  });
});

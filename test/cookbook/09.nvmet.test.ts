import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import nvmet from './09.nvmet.ts';

const base = '/sys/kernel/config/nvmet';
const nqn = 'nqn.2026-01.example:disk';

/** The kernel's configfs, as far as these commands reach it: a port has its attributes when its directory is made. */
function prepare({ commands, files }: TestNode): void {
  files.makeDirectory(`${base}/subsystems/${nqn}`);
  files.makeDirectory(`${base}/ports`);
  commands.on(['mkdir', '-p', /ports/], ([, , path = '']) => {
    if (files.isDirectory(path)) return {};
    files.makeDirectory(`${path}/subsystems`);
    for (const name of ['trtype', 'adrfam', 'traddr', 'trsvcid']) files.set(`${path}/addr_${name}`, '\n');
    return {};
  });
  commands.on('tee', ([, path = ''], { input }) => {
    if (files.get(path) === undefined) return { code: 1, stderr: `tee: ${path}: Permission denied\n` };
    files.set(path, `${input}\n`);
    return {};
  });
  commands.on(['ln', '-s', /./, /./], ([, , target = '', path = '']) => {
    if (!files.isDirectory(target)) return { code: 1, stderr: 'ln: No such file or directory\n' };
    files.makeDirectory(path);
    return {};
  });
  commands.on('rm', ([, ...paths]) => {
    for (const path of paths) files.remove(path);
    return {};
  });
  commands.on('rmdir', ([, path = '']) => {
    if (files.list(`${path}/subsystems`)?.length !== 0)
      return { code: 1, stderr: 'rmdir: Device or resource busy\n' };
    files.remove(path);
    return {};
  });
}

const options = { NVMET_SUBSYSTEMS: nqn };

async function nvmetNode(): Promise<TestNode> {
  const publicAddresses = ['10.0.0.1/24 eth0', 'fd00::1/64 eth0'];
  const node = await testNode({ name: '09.nvmet', plugin: nvmet, options, publicAddresses });
  prepare(node);
  return node;
}

describePluginContract(nvmet, { name: '09.nvmet', options, prepare }, { describe, test });

test('a port is open on each address that the node holds', async () => {
  await using node = await nvmetNode();
  await node.raise('startup');
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  expect(node.files.list(`${base}/ports`)).toEqual([]);
  await node.raise('takeip', 'eth0', 'fd00::1', '64');
  await node.raise('ipreallocated');
  const read = (name: string): unknown =>
    ['1', '2'].map((id) => node.files.get(`${base}/ports/${id}/addr_${name}`));
  expect(read('traddr')).toEqual(['10.0.0.1\n', 'fd00::1\n']);
  expect(read('adrfam')).toEqual(['ipv4\n', 'ipv6\n']);
  expect(read('trsvcid')).toEqual(['4420\n', '4420\n']);
  expect(node.files.list(`${base}/ports/2/subsystems`)).toEqual([nqn]);
  expect(await node.raise('monitor')).toMatchObject({ ok: true });
  expect((await node.raise('ipreallocated')).did).toEqual([]);
});

test('a port closes before its address leaves, and the others stay', async () => {
  await using node = await nvmetNode();
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('takeip', 'eth0', 'fd00::1', '64');
  await node.raise('ipreallocated');
  expect((await node.raise('releaseip', 'eth0', '10.0.0.1', '24')).did.slice(0, 2)).toEqual([
    `command rm ${base}/ports/1/subsystems/${nqn}`,
    `command rmdir ${base}/ports/1`,
  ]);
  expect(node.files.list(`${base}/ports`)).toEqual(['2']);
});

test('a port on an address that is not CTDB’s is left alone', async () => {
  await using node = await nvmetNode();
  node.files.makeDirectory(`${base}/ports/1/subsystems/${nqn}`);
  node.files.set(`${base}/ports/1/addr_traddr`, '192.0.2.1\n');
  await node.raise('init');
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  await node.raise('ipreallocated');
  await node.raise('shutdown');
  expect(node.files.list(`${base}/ports`)).toEqual(['1']);
});

test('what was missed of a port is made later, also by a new process', async () => {
  await using node = await nvmetNode();
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  node.fail('command ln', 'ln: Cannot assign requested address');
  expect(await node.raise('ipreallocated')).toMatchObject({
    ok: true,
    output: expect.stringContaining(`WARNING: ${nqn} is not offered on 10.0.0.1\n`) as string,
  });
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output: `ERROR: 10.0.0.1 does not offer ${nqn}\n`,
  });
  await node.restart();
  await node.raise('ipreallocated');
  expect(await node.raise('monitor')).toMatchObject({ ok: true });
});

test('a port whose maker was killed is made whole, and no second one', async () => {
  await using node = await nvmetNode();
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  node.kill('command tee');
  expect(await node.raise('ipreallocated')).toMatchObject({ ended: 'killed' });
  await node.raise('ipreallocated');
  expect(node.files.list(`${base}/ports`)).toEqual(['1']);
  expect(await node.raise('monitor')).toMatchObject({ ok: true });
});

test('a subsystem that nobody has made fails startup', async () => {
  await using node = await nvmetNode();
  node.options.set('NVMET_SUBSYSTEMS', `${nqn} nqn.2026-01.example:other`);
  expect(await node.raise('startup')).toMatchObject({
    ok: false,
    output: 'ERROR: the NVMe target has no subsystem nqn.2026-01.example:other\n',
  });
});

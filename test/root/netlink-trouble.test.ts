import { expect, test } from 'vitest';
import { loadKoffi } from '../../core/libc/load-koffi.ts';
import { addressMessage, RTM_GETADDR } from '../../core/network/netlink/address-message.ts';
import { findKernelAddresses } from '../../core/network/netlink/find-address.ts';
import { Kernel } from '../../core/network/netlink/kernel.ts';
import { netlinkOverLibc, protocols } from '../../core/network/netlink/libc-transport.ts';
import {
  message,
  putMessages,
  NLM_F_DUMP,
  eachMessage,
  NLMSG_DONE,
  NLMSG_ERROR,
  takeVerdict,
} from '../../core/network/netlink/message.ts';
import { NetlinkOpener } from '../../core/network/netlink/open-netlink.ts';
import { SocketError } from '../../core/network/netlink/transport.ts';
import { NetworkPair } from '../support/network-pair.ts';

const address = { iface: 'v0', ip: '10.0.0.1', maskBits: 24 };
const target = { iface: 'v0', ip: '10.0.0.1', useSsKill: 'no' } as const;

test('the kernel answers no dump while one before on that socket has not been read: what our sockets do about is real', () => {
  const open = netlinkOverLibc(loadKoffi());
  const transport = open(protocols.route);
  const asked = { family: 0, prefixLength: 0, flags: 0, scope: 0, index: 0, attributes: {} };
  const ask = (seq: number): void => {
    transport.send(putMessages([message(RTM_GETADDR, addressMessage, asked)], seq, () => NLM_F_DUMP));
  };
  ask(1);
  ask(2);
  const errnos: number[] = [];
  const ends: number[] = [];
  while (ends.length === 0) {
    const datagram = transport.receive();
    eachMessage(datagram, (head, start, end) => {
      if (head.type === NLMSG_ERROR) errnos.push(takeVerdict(head, datagram, start, end).errno);
      if (head.type === NLMSG_DONE) ends.push(head.seq);
    });
  }
  transport.close();
  const EBUSY = 16;
  expect(errnos).toEqual([EBUSY]);
});

test('after a dump that was not read to its end the next one is answered, of sockets and of addresses', () => {
  const open = netlinkOverLibc(loadKoffi());
  let toGiveUp = 1;
  const kernel = new Kernel((protocol) => {
    const real = open(protocol);
    return {
      ...real,
      receive() {
        if (toGiveUp-- > 0) throw new SocketError('recv', 'EAGAIN', 'no answer within 5000 ms');
        return real.receive();
      },
    };
  });
  expect(() => findKernelAddresses(kernel.route)).toThrow('no answer within 5000 ms');
  expect(findKernelAddresses(kernel.route).map(({ ip }) => ip)).toContain('127.0.0.1');
  kernel.close();
});

test('connections are reset although the look for them was not finished', async () => {
  const pair = await NetworkPair.make();
  const network = await pair.drive('netlink', { KERNEL_WITHOUT: 'patience' });
  await pair.serve(2049);
  pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
  const client = await pair.connected('10.0.0.1', 2049);
  expect(await network.call('resetConnections', target)).toEqual([
    { kind: 'counted', killed: 1, total: 1, remaining: [] },
  ]);
  expect(network.said).toBe('netlink recv: no answer within 5000 ms\n');
  await client.says('client ECONNRESET');
});

test('where the kernel does not tell of sockets the commands reset the connections, as CTDB does', async () => {
  const pair = await NetworkPair.make();
  const network = await pair.drive('netlink', { KERNEL_WITHOUT: 'tcp_diag' });
  await pair.serve(2049);
  await network.call('addAddress', address);
  await network.call('destroyStale', '10.0.0.1');
  const client = await pair.connected('10.0.0.1', 2049);
  expect(await network.call('findConnections', '10.0.0.1')).toMatchObject([{ server: '10.0.0.1:2049' }]);
  expect(await network.call('resetConnections', target)).toEqual([
    { kind: 'counted', killed: 1, total: 1, remaining: [] },
  ]);
  expect(network.said).toContain('RTNETLINK answers: No such file or directory\n');
  await client.says('client ECONNRESET');
  expect(await network.call('deleteAddress', { ...address, device: 'v0' })).toBe(true);
  await network.call('resetStragglers', target);
});

test('what went wrong once is tried again when the network is asked for again; what the kernel refuses is not', async () => {
  const open = netlinkOverLibc(loadKoffi());
  const failures = ['EMFILE', 'ENOMEM'];
  let opened = 0;
  const kernel = new Kernel((protocol) => {
    opened += 1;
    const code = failures.shift();
    if (code !== undefined) throw new SocketError('socket', code, `it is ${code}`);
    return open(protocol);
  });
  const opener = new NetlinkOpener(() => Promise.resolve(kernel));
  expect(await opener.open()).toBe('netlink socket: it is EMFILE');
  expect(await opener.open()).toBe('netlink socket: it is ENOMEM');
  expect(typeof (await opener.open())).toBe('function');
  expect(typeof (await opener.open())).toBe('function');
  expect(opened).toBe(3);
  kernel.close();

  let refusals = 0;
  const refusing = new Kernel(() => {
    refusals += 1;
    throw new SocketError('socket', 'EPERM', 'Operation not permitted');
  });
  const refused = new NetlinkOpener(() => Promise.resolve(refusing));
  for (const _again of [1, 2])
    expect(await refused.open()).toBe('the kernel refuses: netlink socket: Operation not permitted');
  expect(refusals).toBe(1);
});

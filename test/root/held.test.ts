import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const printHeld = join(import.meta.dirname, 'print-held.ts');

/**
 * What is held in a network namespace of its own, after these lines for `ip -batch`; link-local addresses left out. With
 * `stub`, that file stands in for `ip` afterwards.
 */
function heldAfter(batch: readonly string[], stub = ''): unknown {
  const inside =
    'ip -batch - && { [ -z "$0" ] || mount --bind "$0" "$(readlink -f /usr/sbin/ip)"; } && exec "$@"';
  const output = execFileSync(
    'unshare',
    ['--net', '--mount', 'sh', '-c', inside, stub, process.execPath, printHeld],
    {
      input: batch.map((line) => `${line}\n`).join(''),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      timeout: 30_000,
    },
  );
  const held = JSON.parse(output) as unknown;
  return Array.isArray(held) ? held.filter(({ ip }: { ip: string }) => !ip.startsWith('fe80:')) : held;
}

const veth = ['link add p0 type veth peer name p1', 'link set p0 up', 'link set p1 up'];

test('an address has its interface, also where it carries a label', () => {
  const held = heldAfter([
    ...veth,
    'addr add 10.0.0.1/24 dev p0',
    'addr add 10.0.0.2/24 label p0:web dev p0',
  ]);
  expect(held).toEqual([
    { iface: 'p0', ip: '10.0.0.1', maskBits: 24 },
    { iface: 'p0', ip: '10.0.0.2', maskBits: 24 },
  ]);
});

test('an interface that is down, or has no link, has its addresses all the same', () => {
  const held = heldAfter([
    ...veth,
    'addr add 10.0.0.1/24 dev p0',
    'link set p0 down',
    'addr add 10.0.1.1/16 dev p1',
    'addr add fd00:1::1/64 dev p1',
  ]);
  expect(held).toEqual([
    { iface: 'p1', ip: '10.0.1.1', maskBits: 16 },
    { iface: 'p1', ip: 'fd00:1::1', maskBits: 64 },
    { iface: 'p0', ip: '10.0.0.1', maskBits: 24 },
  ]);
});

test('an IPv6 address counts while it is tentative, in its canonical form', () => {
  const held = heldAfter([
    ...veth,
    'addr add 2001:0DB8:0:0:1:0:0:1/64 dev p0',
    'addr add ::ffff:10.0.0.1/128 dev p0',
  ]);
  expect(held).toEqual([
    { iface: 'p0', ip: '::ffff:10.0.0.1', maskBits: 128 },
    { iface: 'p0', ip: '2001:db8::1:0:0:1', maskBits: 64 },
  ]);
});

test('a point-to-point address is the local one', () => {
  const held = heldAfter([
    ...veth,
    'addr add 10.0.0.1 peer 10.9.0.1/32 dev p0',
    'addr add fd00::1 peer fd00::2/128 dev p0',
  ]);
  expect(held).toEqual([
    { iface: 'p0', ip: '10.0.0.1', maskBits: 32 },
    { iface: 'p0', ip: 'fd00::1', maskBits: 128 },
  ]);
});

test('the altnames of the interface are told', () => {
  const held = heldAfter([
    ...veth,
    'link property add dev p0 altname public-network',
    'addr add 10.0.0.1/24 dev p0',
  ]);
  expect(held).toEqual([{ iface: 'p0', ip: '10.0.0.1', maskBits: 24, altnames: ['public-network'] }]);
});

test('an address on two interfaces is there twice, and what is not public is left out', () => {
  const held = heldAfter([
    ...veth,
    'link set lo up',
    'addr add 10.0.0.1/24 dev p0',
    'addr add 10.0.0.1/32 dev p1',
  ]);
  expect(held).toEqual([
    { iface: 'lo', ip: '127.0.0.1', maskBits: 8 },
    { iface: 'p1', ip: '10.0.0.1', maskBits: 32 },
    { iface: 'p0', ip: '10.0.0.1', maskBits: 24 },
  ]);
});

test('two thousand addresses are all there', () => {
  const ips = Array.from({ length: 2000 }, (_, host) => `10.1.${Math.floor(host / 250)}.${(host % 250) + 1}`);
  const held = heldAfter([...veth, ...ips.map((ip) => `addr add ${ip}/16 dev p0`)]);
  expect(held).toEqual(ips.map((ip) => ({ iface: 'p0', ip, maskBits: 16 })));
});

test.each([
  [
    'fails',
    'echo "Cannot open netlink socket" >&2; exit 1',
    /^WARNING: ip -j addr: exited with status 1: Cannot open netlink socket;/,
  ],
  [
    'says something else',
    'echo "p0: 10.0.0.1"',
    /^WARNING: ip -j addr: said "p0: 10\.0\.0\.1\\n", expected a JSON array;/,
  ],
  [
    'is interrupted each time',
    'echo "[]"; echo "Dump was interrupted and may be inconsistent." >&2',
    /^WARNING: ip -j addr: the addresses changed during each of 5 listings;/,
  ],
])('nothing is known, and this is reported, when ip %s', (_how, script, message) => {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-held-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  writeFileSync(join(directory, 'ip'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, 'ip'), 0o755);
  expect(heldAfter([], join(directory, 'ip'))).toMatch(message);
});

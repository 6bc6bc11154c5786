import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHosts } from '../../core/reconcile/ask-ctdb.ts';
import { compareViews } from '../../core/reconcile/compare.ts';
import { describeAgreement, describeDifference } from '../../core/reconcile/describe.ts';
import type { Views } from '../../core/reconcile/views.ts';

const there = { ip: '10.0.0.1', iface: 'eth0', maskBits: 24 };
const noAnswer = { why: 'it was not there' };

/** What node 0 and its ctdbd say. */
const viewsOf = (
  ledger: Views['ledger'],
  kernel: Views['kernel'],
  hosts: Readonly<Record<string, number>>,
): Views => ({ ledger, kernel, ctdb: { pnn: 0, hosts: new Map(Object.entries(hosts)) } });

const linesOf = (views: Views): readonly string[] => compareViews(views).map(describeDifference);

test.each([
  [
    'an address by hand is left over',
    viewsOf([], [there], { '10.0.0.1': 1 }),
    'left over on this node, the ledger is wrong (ledger: not held, kernel: eth0/24, ctdb: node 1)',
  ],
  [
    'so is one that ctdbd has on no node',
    viewsOf([there], [there], { '10.0.0.1': -1 }),
    'left over on this node (ledger: eth0/24, kernel: eth0/24, ctdb: no node)',
  ],
  [
    'and one that ctdbd no longer knows',
    viewsOf([there], [there], {}),
    'left over on this node (ledger: eth0/24, kernel: eth0/24, ctdb: no such address)',
  ],
  [
    'an address taken away by hand is missing',
    viewsOf([there], [], { '10.0.0.1': 0 }),
    'missing on this node, the ledger is wrong (ledger: eth0/24, kernel: nowhere, ctdb: this node)',
  ],
  [
    'an address on another interface or with another mask makes the ledger wrong',
    viewsOf([there], [{ ...there, iface: 'eth1', maskBits: 16 }], { '10.0.0.1': 0 }),
    'the ledger is wrong (ledger: eth0/24, kernel: eth1/16, ctdb: this node)',
  ],
  [
    'all its places are named',
    viewsOf([], [there, { ...there, iface: 'eth1' }], { '10.0.0.1': 0 }),
    'the ledger is wrong (ledger: not held, kernel: eth0/24 and eth1/24, ctdb: this node)',
  ],
  [
    'without ctdbd ledger and kernel are compared',
    { ...viewsOf([there], [], {}), ctdb: noAnswer },
    'the ledger is wrong (ledger: eth0/24, kernel: nowhere)',
  ],
  [
    'without the kernel ledger and ctdbd are compared',
    { ...viewsOf([there], [], { '10.0.0.1': 2 }), kernel: noAnswer },
    'left over on this node (ledger: eth0/24, ctdb: node 2)',
  ],
  [
    'without the ledger kernel and ctdbd are compared',
    { ...viewsOf([], [], { '10.0.0.1': 0 }), ledger: noAnswer },
    'missing on this node (kernel: nowhere, ctdb: this node)',
  ],
])('%s', (_what, views, line) => {
  expect(linesOf(views)).toEqual([`10.0.0.1: ${line}`]);
});

test.each([
  ['an altname of the interface', [{ ...there, iface: 'enp1', altnames: ['eth0'] }]],
  ['one of several places', [{ ...there, iface: 'eth1' }, there]],
])('the ledger is right where it names %s', (_what, kernel) => {
  expect(linesOf(viewsOf([there], kernel, { '10.0.0.1': 0 }))).toEqual([]);
});

test('addresses that agree are counted, and those that were asked are named', () => {
  const views = viewsOf([there], [there], { '10.0.0.1': 0, '10.0.0.2': 1 });
  expect(describeAgreement(views)).toBe('2 public addresses, 1 on this node: ledger, kernel and ctdb agree');
  expect(describeAgreement({ ...views, ctdb: noAnswer })).toBe('ledger and kernel agree');
  expect(describeAgreement({ ...views, ctdb: noAnswer, kernel: noAnswer })).toBe('nothing to compare');
});

const someIps = fc.uniqueArray(
  fc.integer({ min: 1, max: 9 }).map((last) => `10.0.0.${last}`),
  { maxLength: 9 },
);

test('an address differs exactly if the three do not say the same of it', () => {
  const at = (ip: string) => ({ ...there, ip });
  fc.assert(
    fc.property(someIps, someIps, someIps, (ledger, kernel, here) => {
      const hosts = Object.fromEntries(here.map((ip) => [ip, 0]));
      const differing = compareViews(viewsOf(ledger.map(at), kernel.map(at), hosts)).map(({ ip }) => ip);
      const all = [...new Set([...ledger, ...kernel, ...here])].sort();
      const votes = (ip: string) => [ledger, kernel, here].filter((ips) => ips.includes(ip)).length;
      expect(differing).toEqual(all.filter((ip) => votes(ip) < 3));
    }),
  );
});

test('who hosts what is read back from a table of ctdb, whatever columns follow', () => {
  const ips = fc.oneof(
    fc.ipV4(),
    fc.integer({ min: 1, max: 0xffff }).map((n) => `fd00::${n.toString(16)}`),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(ips, fc.integer({ min: -1, max: 999 })), { selector: ([ip]) => ip }),
      fc.constantFrom('', 'eth0|', 'eth0|eth0,eth1|eth0|'),
      (rows, more) => {
        const table = rows.map(([ip, node]) => `|${ip}|${node}|${more}\n`).join('');
        expect(parseHosts(`|Public IP|Node|\n${table}`)).toEqual(new Map(rows));
      },
    ),
  );
});

test('a row that is none is told, with what it says', () => {
  expect(parseHosts('|Public IP|Node|\nPublic IPs on node 0\n')).toEqual({
    why: 'ctdb -X ip says "Public IPs on node 0", expected |IP|NODE|',
  });
});

test('whatever ctdb says, it is read or told', () => {
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom('|', '10.0.0.1', '-1', '7', '\n')).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (table) => {
      const rows = table
        .split('\n')
        .filter((line) => line !== '')
        .slice(1);
      const hosts = parseHosts(table);
      const isRead = rows.every((row) => /^\|10\.0\.0\.1\|-?\d{1,9}\|/.test(row));
      const ips = rows.length === 0 ? [] : ['10.0.0.1'];
      expect('why' in hosts ? 'told' : [...hosts.keys()]).toEqual(isRead ? ips : 'told');
    }),
    { numRuns: 1000, examples: [['\n|10.0.0.1|-1|\n'], ['\n|10.0.0.1|\n'], ['|\n|10.0.0.1|7']] },
  );
});

import { describe, expect, test } from 'vitest';
import { script } from '../support/temporary-directory.ts';
import { found } from './checked.ts';

describe('nodes', () => {
  test.each([
    ['10.0.0.1\n10.0.0.2\n', []],
    ['10.0.0.1 \r\n\n\tfd00::2', []],
    ['10.0.0.1\n#10.0.0.2\n# fd00::3\n', []],
    [
      '# The nodes\n10.0.0.1\n',
      [
        'nodes:1: warning: ctdbd takes this comment for node 0, deleted: the nodes below it have a number more than without it → remove it on all nodes at once, with ctdb stopped: numbers change',
      ],
    ],
    [
      '10.0.0.1 # first\nnode2\n10.0.0.3/24\n',
      ['10.0.0.1 # first', 'node2', '10.0.0.3/24']
        .map(
          (text, index) =>
            `nodes:${index + 1}: error: "${text}", expected an IPv4 or IPv6 address and nothing else: ctdbd does not start`,
        )
        .concat('nodes: error: has no node: ctdbd does not start'),
    ],
    [
      '10.0.0.1\n\nfd00::1\n10.0.0.1\n',
      ['nodes:4: error: node 2 has the address 10.0.0.1 of node 0 (line 1), so it can never join'],
    ],
    ['', ['nodes: error: has no node: ctdbd does not start']],
  ])('%j', async (text, expected) => {
    expect(await found('nodes', { nodes: text })).toEqual(expected);
  });

  test('a missing file is no fault where ctdb.conf has the nodes elsewhere', async () => {
    expect(await found('nodes', {})).toEqual([
      expect.stringMatching(/^\S+nodes|^nodes: warning: is missing/),
    ]);
    expect(await found('nodes', { 'ctdb.conf': '[cluster]\nnodes list = !/usr/bin/list\n' })).toEqual([]);
  });
});

describe('public_addresses', () => {
  test.each([
    ['10.1.0.1/24 eth0,eth1\n\n#10.1.0.2/24 eth0\nfd00::1/64 eth0\n', []],
    [
      '10.1.0.1 eth0\n',
      [
        'public_addresses:1: error: "10.1.0.1", expected a slash and mask bits from 0 to 32 after the address: ctdbd does not start, or cannot take the address',
      ],
    ],
    [
      '10.1.0.1/24 eth0, eth1\n',
      ['public_addresses:1: warning: "eth1" is passed over, expected interfaces with commas'],
    ],
    [
      '10.1.0.1/24 eth0:1\n',
      [
        'public_addresses:1: error: "eth0:1", expected the name of a network interface: ctdbd does not start, or cannot take the address',
      ],
    ],
    [
      '10.0.0.2/24 eth0\n',
      [
        'public_addresses:1: error: 10.0.0.2 is the address of node 1 in the nodes file: it would be taken off that node',
      ],
    ],
  ])('%j', async (text, expected) => {
    expect(
      await found('public-addresses', { nodes: '10.0.0.1\n10.0.0.2\n', public_addresses: text }),
    ).toEqual(expected);
  });

  test('what ctdbd reads right and CTDB’s own 10.interface does not is an error where that runs, else a note', async () => {
    const text = '10.1.0.1/24 eth0 # web\n  # more\n10.1.0.2/24 eth0\r\n';
    const monitors = (name: string) =>
      `CTDB’s own 10.interface monitors an interface ${name}, which is none: the node is UNHEALTHY`;
    const lines = (severity: string) => [
      `public_addresses:1: ${severity}: text after the interfaces: ${monitors('"#"')}`,
      `public_addresses:2: ${severity}: a comment that does not begin at the start of its line: ${monitors('"#"')}`,
      `public_addresses:3: ${severity}: the line ends in CRLF: ${monitors(String.raw`"eth0\r"`)}`,
    ];
    expect(await found('public-addresses', { public_addresses: text })).toEqual(lines('note'));
    expect(
      await found('public-addresses', {
        public_addresses: text,
        'events/legacy/10.interface.script': script('true'),
      }),
    ).toEqual(lines('error'));
  });
});

describe('ctdb.conf', () => {
  test.each([
    [
      '# nothing\n[logging]\n\tlocation = syslog\n  log level = INFO\n[Cluster]\nrecovery lock = /c/lock\n',
      [],
    ],
    [
      '[logging]\nlog level = LOUD\n',
      [
        'ctdb.conf:2: error: [logging] log level = "LOUD", expected ERROR, WARNING, NOTICE, INFO, DEBUG or a number from 0 to 10',
      ],
    ],
    [
      '[logging]\nloglevel = INFO\n[cluser]\nnode address = 10.0.0.1\n[database]\nrecovery lock = /c/lock\n',
      [
        'ctdb.conf:2: warning: there is no setting "loglevel" in [logging]: CTDB passes it over without a word → did you mean log level?',
        'ctdb.conf:4: warning: there is no section [cluser]: CTDB passes it over without a word → did you mean [cluster]?',
        'ctdb.conf:6: warning: there is no setting "recovery lock" in [database]: CTDB passes it over without a word → it belongs in [cluster]',
      ],
    ],
    [
      'location = syslog\n',
      ['ctdb.conf:1: warning: location is in no section: CTDB passes it over without a word'],
    ],
    [
      '[logging]\nlocation syslog\n',
      [
        'ctdb.conf:2: warning: "location syslog": a line without = is passed over, expected "setting = value"',
      ],
    ],
    ['[logging\n', ['ctdb.conf:1: error: "[logging", expected a closing bracket']],
  ])('%j', async (text, expected) => {
    expect(await found('ctdb-conf', { 'ctdb.conf': text })).toEqual(expected);
  });
});

describe('ctdb.tunables', () => {
  const consequence = 'ctdbd goes on with the default (4.17 and later), or ends at setup (4.13)';
  test.each([
    ['# many\n  ; more\nIPAllocAlgorithm=1\nmonitorinterval = 0x11\r\n', []],
    [
      'MonitorIntervall=17\n',
      [
        `ctdb.tunables:1: warning: there is no tunable MonitorIntervall: ${consequence} → did you mean MonitorInterval?`,
      ],
    ],
    [
      'MonitorInterval=17 # x\nMonitorInterval\n',
      [
        `ctdb.tunables:1: error: MonitorInterval is "17 # x", expected a number and nothing else: ${consequence}`,
        `ctdb.tunables:2: error: "MonitorInterval", expected NAME=NUMBER: ${consequence}`,
      ],
    ],
    [
      'MonitorInterval=15',
      [
        'ctdb.tunables:1: note: the last line has no line break at its end: 00.ctdb of CTDB 4.13 does not set it',
      ],
    ],
  ])('%j', async (text, expected) => {
    expect(await found('tunables', { 'ctdb.tunables': text })).toEqual(expected);
  });

  test('many addresses are warned of, unless another algorithm distributes them', async () => {
    const public_addresses = Array.from(
      { length: 501 },
      (_, index) => `10.1.${index >> 8}.${index & 255}/16 eth0\n`,
    ).join('');
    expect(await found('allocation', { public_addresses })).toEqual([
      expect.stringContaining('warning: there are 501 public addresses, and ctdbd distributes them by LCP2'),
    ]);
    expect(await found('allocation', { public_addresses, 'ctdb.tunables': 'IPAllocAlgorithm=0\n' })).toEqual(
      [],
    );
  });
});

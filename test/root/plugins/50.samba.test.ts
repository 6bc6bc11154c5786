import { expect, test } from 'vitest';
import { ServiceNode } from '../../support/service-node.ts';

test("Samba's own testparm gives the ports and the shares, of the package samba", async () => {
  const node = new ServiceNode('50.samba');
  node.plantExecutable('stubs/timeout', '#!/bin/sh\nexec /usr/bin/timeout "$@"\n');
  node.plantExecutable(
    'stubs/testparm',
    '#!/bin/sh\nSMB_CONF_PATH=$STUBS_STATE/smb.conf exec /usr/bin/testparm "$@"\n',
  );
  const missing = node.path('srv/not there');
  node.plant(
    'state/smb.conf',
    `[global]\nsmb ports = 1445 1139\n[homes]\n[users]\npath = /nonexistent/%U\n[data]\npath = "${missing}"\n`,
  );
  node.plant('state/listening', '1445\n1139\n');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: `ERROR: samba directory "${missing}" not available\n`,
  });
  expect(node.calls()).toEqual(['ctdb checktcpport 1445', 'ctdb checktcpport 1139']);
  node.makeDirectory('srv/not there');
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
});

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Sampler } from '../../../core/run/sampling/sampler.ts';
import { ServiceNode } from '../../support/service-node.ts';

/** A node whose testparm is Samba's own, and reads state/smb.conf. */
function nodeWithTestparm(): ServiceNode {
  const node = new ServiceNode('50.samba');
  node.plantExecutable('stubs/timeout', '#!/bin/sh\nexec /usr/bin/timeout "$@"\n');
  node.plantExecutable(
    'stubs/testparm',
    '#!/bin/sh\nSMB_CONF_PATH=$STUBS_STATE/smb.conf exec /usr/bin/testparm "$@"\n',
  );
  return node;
}

test("Samba's own testparm gives the ports and the shares, of the package samba", async () => {
  const node = nodeWithTestparm();
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

/** Shares as a server has them that was set up long ago: names in ISO 8859-15, in UTF-8, and with its odd blanks. */
const shares = [
  'caf\udce9',
  '\udca4uro',
  'müll',
  '\udc81\udc85\\x',
  'ideographic\u3000',
  'line\u2028separated',
];

test.each(['commands', 'netlink'] as const)(
  'the directory of a share is found whatever bytes its name has, and missed by them, under %s',
  async (networkName) => {
    const node = nodeWithTestparm();
    const { port, stop } = await listenAnywhere();
    onTestFinished(stop);
    const sections = shares.map((name, index) => `[s${index}]\npath = ${node.path(`srv/${name}`)}\n`);
    node.plant(
      'state/smb.conf',
      `[global]\nunix charset = ISO8859-15\nsmb ports = ${port}\n${sections.join('')}`,
    );
    node.plant('state/listening', `${port}\n`);
    for (const name of shares) node.makeDirectory(`srv/${name}`);
    const monitor = async () => {
      using sampling = new Sampler();
      return await node.raiseWith({ networkName, sampling }, 'monitor');
    };
    expect(await monitor()).toEqual({ status: 0, output: '' });
    for (const name of shares) {
      execFileSync('mv', [node.path('srv'), node.path('moved')]);
      for (const other of shares) if (other !== name) node.makeDirectory(`srv/${other}`);
      expect(await monitor()).toEqual({
        status: 1,
        output: expect.stringContaining(
          `ERROR: samba directory "${node.path(`srv/${name}`)}" not available\n`,
        ) as string,
      });
      node.remove('srv');
      execFileSync('mv', [node.path('moved'), node.path('srv')]);
    }
  },
);

async function listenAnywhere() {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close() };
}

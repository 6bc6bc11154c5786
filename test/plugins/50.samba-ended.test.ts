import { expect, test } from 'vitest';
import { Sampler } from '../../core/run/sampling/sampler.ts';
import { ServiceNode } from '../support/service-node.ts';

/** A node whose Samba has more shares than a command line could name. */
function nodeWithShares(): ServiceNode {
  const node = new ServiceNode('50.samba');
  node.makeDirectory('srv');
  const path = `${node.path('srv')}${'/.'.repeat(190)}`;
  node.plant('state/settings', `[global]\n\tsmb ports = 445\n${`[data]\n\tpath = ${path}\n`.repeat(5000)}`);
  node.plant('state/listening', '445\n');
  return node;
}

const killed = '#!/bin/sh\nkill -KILL $$\n';

test('monitor looks for more than 2 MiB of paths', async () => {
  const node = nodeWithShares();
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  node.remove('srv');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: `ERROR: samba directory "${node.path('srv')}${'/.'.repeat(190)}" not available\n`,
  });
});

test('a testparm that is killed is a warning that says so, and the old settings serve', async () => {
  const node = nodeWithShares();
  await node.raise('monitor');
  using sampling = new Sampler();
  node.plantExecutable('stubs/testparm', killed);
  expect(await node.raiseWith({ sampling, networkName: 'netlink' }, 'monitor')).toMatchObject({
    output: expect.stringContaining(
      'WARNING: smb.conf cache update failed - using old cache file\ntestparm was ended by signal 9\n',
    ) as string,
  });
});

test('a ctdb that is killed has not said that nothing listens', async () => {
  const node = nodeWithShares();
  node.plantExecutable('stubs/ctdb', killed);
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output:
      'unexpected error (137) running "ctdb checktcpport 445"\nctdb checktcpport 445 was ended by signal 9\n',
  });
});

test('a shell that is killed while it looks for shares has not said that one is missing', async () => {
  const node = nodeWithShares();
  node.plantExecutable(
    'stubs/sh',
    '#!/bin/dash\ncase $2 in *"IFS= read"*) kill -KILL $$ ;; esac\nexec /bin/dash "$@"\n',
  );
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: `Cannot look for directory "${node.path('srv')}${'/.'.repeat(190)}": sh was ended by signal 9\n`,
  });
});

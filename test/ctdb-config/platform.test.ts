import { expect, it } from 'vitest';
import { detectPlatform } from '../../core/ctdb-config/platform.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const unknown = { name: 'unknown', warning: 'WARNING: unknown platform' };

it.each([
  ['ID=debian', { name: 'debian' }],
  ['ID=ubuntu\nID_LIKE=debian', { name: 'debian' }],
  ['ID="centos"\nID_LIKE="rhel fedora"', { name: 'redhat' }],
  ['ID=fedora', { name: 'redhat' }],
  ['ID="rhel"', { name: 'redhat' }],
  ['NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"', { name: 'redhat' }],
  [`ID='sles'`, { name: 'suse' }],
  ['ID=suse', { name: 'suse' }],
  ['ID="opensuse-leap"\nID_LIKE="suse opensuse"', { name: 'opensuse-leap' }],
  ['ID=arch', { name: 'arch' }],
  ['ID=""', unknown],
  ['NAME=x', unknown],
])('tells the platform from %j', async (text, expected) => {
  expect(await detectPlatform(temporaryDirectory({ 'os-release': text }))).toEqual(expected);
});

it('warns when there is no os-release', async () => {
  expect(await detectPlatform(temporaryDirectory())).toEqual(unknown);
});

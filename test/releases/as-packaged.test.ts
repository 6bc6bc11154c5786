import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { Machine } from '../cluster/machine.ts';
import { releaseUnderTest } from '../cluster/releases.ts';

const { suite, ctdb, root = '', scripts, start, runDirs, addedRunDirs, helperDir } = releaseUnderTest;

/** What the tests of a release rely on is as its package has it: if this fails, the rest is about another CTDB. */
describe(`CTDB of Debian ${suite}, as its package sets it up`, () => {
  test(`is a ${ctdb}x, of which the helper directory is where the tests look for it`, async () => {
    const machine = await Machine.start('packaged', { root });
    const version = await machine.run('dpkg-query', '-W', '-f', '${Version}', 'ctdb');
    const helpers = await machine.run('dpkg', '-S', `${helperDir}/ctdb-eventd`);
    await machine.powerOff();
    expect(version.replace(/^\d+:/, '').startsWith(ctdb)).toBe(true);
    expect(helpers).toBe(`ctdb: ${helperDir}/ctdb-eventd`);
  });

  test('has these scripts enabled', () => {
    const enabled = readdirSync(join(root, 'etc/ctdb/events/legacy'));
    expect(enabled.sort()).toEqual(scripts.map((name) => `${name}.script`));
  });

  test('is started so by its unit, which makes these directories', () => {
    const unit = readFileSync(join(root, 'lib/systemd/system/ctdb.service'), 'utf8');
    const made = settings(unit, 'RuntimeDirectory').map((name) => `/run/${name}`);
    expect(settings(unit, 'ExecStart')).toEqual([`/usr/sbin/${start.join(' ')}`]);
    expect([...made, ...madeByTmpfiles()]).toEqual(runDirs);
  });

  if (addedRunDirs.length === 0) return;

  test('ends where nothing but these directories is there', async () => {
    const machine = await withDirectoriesOfPackage();
    await machine.attempt(...command);
    await expect
      .poll(() => machine.read('/var/log/ctdb/log.ctdb'))
      .toMatch(/Unable to bind on ctdb socket '\/run\/ctdb\/ctdbd\.socket'\n.*Cannot continue\. {2}Exiting!/);
    await machine.powerOff();
  });

  test('starts after what our settings of its unit have done before', async () => {
    const machine = await withDirectoriesOfPackage();
    await machine.run(join(packageRoot, 'bin/ctdb-hook'), 'before-start');
    await machine.attempt(...command);
    await expect.poll(async () => (await machine.attempt('ctdb', 'pnn')).stdout).toBe('0');
    await machine.powerOff();
  });
});

const command = [start[0] ?? '', ...start.slice(1)] as const;

/** A machine with a node of one, on which its unit has made its directories and nothing else has. */
async function withDirectoriesOfPackage(): Promise<Machine> {
  const machine = await Machine.start('packaged', { root });
  await machine.run('mkdir', '-p', ...runDirs);
  await machine.write('/etc/ctdb/nodes', '127.0.0.1\n');
  await machine.write(
    '/etc/ctdb/ctdb.conf',
    '[logging]\n  location = file:/var/log/ctdb/log.ctdb\n[legacy]\n  realtime scheduling = false\n',
  );
  return machine;
}

/** The values of a setting of a unit file. */
const settings = (unit: string, name: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

/** What the package has made at boot in another way. */
function madeByTmpfiles(): readonly string[] {
  const path = join(root, 'usr/lib/tmpfiles.d/ctdb.conf');
  if (!existsSync(path)) return [];
  return [...readFileSync(path, 'utf8').matchAll(/^d (\S+)/gm)].map(([, directory = '']) => directory);
}

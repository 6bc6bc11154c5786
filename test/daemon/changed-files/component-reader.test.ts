import { chmodSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ComponentReader, readComponent } from '../../../core/daemon/changed-files/read-component.ts';
import { packageRoot } from '../../../core/package/package-root.ts';
import { plant, script, temporaryDirectory } from '../../support/temporary-directory.ts';

const plugin = { text: 'export default {}', mode: 0o755 };
const interfacePlugin = join(packageRoot, 'plugins/10.interface/plugin.ts');

/** A directory with everything that there can be, old enough to be relied on. */
async function settled(): Promise<string> {
  const directory = temporaryDirectory({
    '20.a.script': script('exit 0'),
    '30.p.ts': plugin,
    '40.both.ts': plugin,
    '40.both.script': script('exit 0'),
    'target/other': script('exit 0'),
  });
  symlinkSync(interfacePlugin, join(directory, '10.interface.ts'));
  symlinkSync('target/other', join(directory, '50.link.script'));
  await delay(150);
  return directory;
}

describe('the directory of a component', () => {
  test('is not read again as long as nothing changes', async () => {
    const reader = new ComponentReader(await settled());
    const first = reader.read();
    expect(first.entries).toHaveLength(5);
    expect(reader.read()).toBe(first);
  });

  test('is read again at once while it has just been changed', () => {
    const reader = new ComponentReader(temporaryDirectory({ '20.a.script': script('exit 0') }));
    expect(reader.read()).not.toBe(reader.read());
  });

  test.each<[what: string, change: (directory: string) => void]>([
    [
      'is added',
      (directory) => {
        plant(directory, { '60.new.script': script('exit 0') });
      },
    ],
    [
      'is removed',
      (directory) => {
        unlinkSync(join(directory, '20.a.script'));
      },
    ],
    [
      'is renamed',
      (directory) => {
        renameSync(join(directory, '30.p.ts'), join(directory, '31.p.ts'));
      },
    ],
    [
      'is disabled',
      (directory) => {
        chmodSync(join(directory, '20.a.script'), 0o644);
      },
    ],
    [
      'that another stands in for is removed',
      (directory) => {
        unlinkSync(join(directory, '40.both.script'));
      },
    ],
    [
      'is disabled where its link leads',
      (directory) => {
        chmodSync(join(directory, 'target/other'), 0o644);
      },
    ],
    [
      'is removed where its link leads',
      (directory) => {
        rmSync(join(directory, 'target/other'));
      },
    ],
    [
      'is replaced by a link elsewhere',
      (directory) => {
        unlinkSync(join(directory, '10.interface.ts'));
        symlinkSync('target/other', join(directory, '10.interface.ts'));
      },
    ],
    [
      'is written anew',
      (directory) => {
        utimesSync(join(directory, '30.p.ts'), 1, 1);
      },
    ],
  ])('is read again when an entry %s', async (_what, change) => {
    const directory = await settled();
    const reader = new ComponentReader(directory);
    const before = reader.read();
    change(directory);
    const after = reader.read();
    expect(after).not.toBe(before);
    expect(after).toMatchObject(readComponent(directory));
  });

  test('is read again when a dangling link comes to lead somewhere', async () => {
    const directory = await settled();
    rmSync(join(directory, 'target/other'));
    await delay(150);
    const reader = new ComponentReader(directory);
    expect(reader.read().entries.at(-1)).toMatchObject({ name: '50.link', disabled: 'a dangling link' });
    plant(directory, { 'target/other': script('exit 0') });
    expect(reader.read().entries.at(-1)?.disabled).toBeUndefined();
  });
});

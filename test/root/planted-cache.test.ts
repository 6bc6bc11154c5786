import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bothWays, give, nodeWithPlugin, ran } from '../support/stranger.ts';

describe('of what is planted in the cache', () => {
  /** A node whose cache has been filled, and then given another plugin's compiled code. */
  async function nodeWithPlantedCode() {
    const node = nodeWithPlugin();
    await node.call('60.x', 'monitor');
    const cache = join(node.base, 'var/cache/ctdb-hook');
    const [compiled = ''] = readdirSync(join(cache, 'typescript'));
    change(join(cache, 'typescript', compiled), (text) => text.replace(/(?<=compiled.*)genuine/, 'planted'));
    rmSync(join(cache, 'v8'), { recursive: true });
    return { node, cache };
  }

  /** A node whose cache notes that the plugin handles no event. */
  async function nodeWithPlantedNote() {
    const node = nodeWithPlugin();
    await node.call('60.x', 'monitor');
    const cache = join(node.base, 'var/cache/ctdb-hook');
    change(join(cache, 'events/60.x'), (text) => text.replace('monitor', ''));
    return { node, cache };
  }

  const change = (path: string, how: (text: string) => string): void => {
    writeFileSync(path, how(readFileSync(path, 'utf8')));
  };

  test('all would be believed if it were root’s: these tests see it', async () => {
    const code = await nodeWithPlantedCode();
    expect(await code.node.call('60.x', 'monitor')).toMatchObject({ status: 0, output: 'planted\n' });
    expect(existsSync(join(code.cache, 'v8'))).toBe(true);
    const note = await nodeWithPlantedNote();
    expect(await note.node.call('60.x', 'monitor')).toMatchObject({ status: 0, output: '' });
  });

  const behindLink = (cache: string): void => {
    renameSync(cache, `${cache}.real`);
    symlinkSync(`${cache}.real`, cache);
  };

  test.each<[string, (cache: string) => void]>([
    ['somebody else’s', give],
    [
      'readable by anybody',
      (cache) => {
        chmodSync(cache, 0o755);
      },
    ],
    [
      'writable by anybody',
      (cache) => {
        chmodSync(cache, 0o777);
      },
    ],
    ['a link', behindLink],
    [
      'in a directory that anybody may write to',
      (cache) => {
        chmodSync(join(cache, '..'), 0o777);
      },
    ],
    [
      'root’s again, with somebody else’s directory left in it',
      (cache) => {
        give(join(cache, 'typescript'));
      },
    ],
  ])('no code is run, and none put there, where the cache is %s', async (_what, spoil) => {
    const { node, cache } = await nodeWithPlantedCode();
    spoil(cache);
    expect(await bothWays(node)).toMatchObject([ran, ran]);
    expect(existsSync(join(cache, 'v8'))).toBe(false);
  });

  test.each<[string, (cache: string) => void]>([
    ['the cache is somebody else’s', give],
    ['the cache is a link', behindLink],
    [
      'the directory of notes is somebody else’s',
      (cache) => {
        give(join(cache, 'events'));
      },
    ],
    [
      'the note is somebody else’s',
      (cache) => {
        give(join(cache, 'events/60.x'));
      },
    ],
  ])('no note is believed where %s', async (_what, spoil) => {
    const { node, cache } = await nodeWithPlantedNote();
    spoil(cache);
    expect(await node.call('60.x', 'monitor')).toMatchObject(ran);
  });
});

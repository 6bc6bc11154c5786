import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../core/package/package-root.ts';
import { runCommand } from '../../../core/process/run-command.ts';
import { createFiles, fileChanges } from '../../../core/run/context/files.ts';
import { plant, script, temporaryDirectory } from '../../support/temporary-directory.ts';

const filesWith = (PATH: string) =>
  createFiles((command, { input = '' } = {}) =>
    runCommand(
      { command, environment: { PATH }, group: 'own', streams: 'two', input },
      { deadline: Infinity, outputBytesMax: 10_000 },
    ),
  );

const files = filesWith('/usr/bin:/bin');

describe('looking at files', () => {
  test('answers undefined for what is not there, and fails for what cannot be read', async () => {
    const directory = temporaryDirectory();
    plant(directory, { file: 'text', b: '', a: '' });
    expect(await files.read(join(directory, 'file'))).toBe('text');
    expect(await files.read(join(directory, 'gone'))).toBeUndefined();
    expect(await files.read(join(directory, 'file/below'))).toBeUndefined();
    await expect(files.read(directory)).rejects.toThrow('EISDIR');
    expect(await files.list(directory)).toEqual(['a', 'b', 'file']);
    expect(await files.list(join(directory, 'gone'))).toBeUndefined();
  });

  test('tells a file from any other, and from itself before a change', async () => {
    const directory = temporaryDirectory();
    plant(directory, { one: 'text', other: 'text', link: { target: 'one' } });
    const identify = (name: string): Promise<string | undefined> => files.identify(join(directory, name));
    const before = await identify('one');
    expect(await identify('link')).toBe(before);
    expect(await identify('other')).not.toBe(before);
    plant(directory, { one: 'next' });
    expect(await identify('one')).not.toBe(before);
    expect(await identify('gone')).toBeUndefined();
    await expect(files.identify('a\0b')).rejects.toThrow('null bytes');
  });

  test('tells what can be executed', async () => {
    const directory = temporaryDirectory();
    plant(directory, { yes: { mode: 0o755 }, no: { mode: 0o644 } });
    expect(await files.isExecutable(join(directory, 'yes'))).toBe(true);
    expect(await files.isExecutable(join(directory, 'no'))).toBe(false);
    expect(await files.isExecutable(directory)).toBe(false);
    expect(await files.isExecutable(join(directory, 'gone'))).toBe(false);
  });

  test('finds the first missing directory, whatever its name', async () => {
    const directory = temporaryDirectory();
    plant(directory, { 'a b/file': '', "it's/file": '' });
    const good = [directory, join(directory, 'a b'), join(directory, "it's")];
    expect(await files.findMissingDirectory([])).toBeUndefined();
    expect(await files.findMissingDirectory(good)).toBeUndefined();
    const missing = join(directory, 'not $(here)');
    expect(await files.findMissingDirectory([...good, missing, join(directory, 'nor here')])).toBe(missing);
    expect(await files.findMissingDirectory([join(directory, 'a b/file')])).toBe(join(directory, 'a b/file'));
  });

  test('finds the missing one of more directories than fit on a command line', async () => {
    const directory = temporaryDirectory({ 'there/file': '' });
    const there = Array.from({ length: 5000 }, () => `${directory}${'/.'.repeat(194)}/there`);
    const missing = `${directory}/not there`;
    expect(await files.findMissingDirectory([...there, missing, missing, `${directory}/nor there`])).toBe(
      missing,
    );
    expect(await files.findMissingDirectory(there)).toBeUndefined();
  });

  test('has no answer from a shell that is killed, but for what it said before', async () => {
    const killed = (before: string): string => `printf '${before}'\nkill -KILL $$`;
    const directory = temporaryDirectory({
      'silent/sh': script(killed('')),
      'late/sh': script(killed('+-')),
      'sound/sh': script("printf '+'\nexit 3"),
    });
    const find = (name: string, ...paths: string[]) =>
      filesWith(`${directory}/${name}:/usr/bin:/bin`).findMissingDirectory(paths);
    await expect(find('silent', '/etc', '/usr')).rejects.toThrow(
      'Cannot look for directory "/etc": sh was ended by signal 9',
    );
    await expect(find('sound', '/etc', '/usr')).rejects.toThrow(
      'Cannot look for directory "/usr": sh exited with status 3',
    );
    expect(await find('late', '/etc', '/not there', '/usr')).toBe('/not there');
    await expect(filesWith('/no such').findMissingDirectory(['/etc'])).rejects.toThrow(
      'Cannot look for directory "/etc": sh was not found',
    );
  });

  test('takes names and texts that are not UTF-8 for the bytes that they are', async () => {
    const directory = temporaryDirectory();
    const below = `${directory}/caf\udce9`;
    await fileChanges.makeDirectory(below);
    await fileChanges.write(`${below}/\udcff`, 'a\udc80\n');
    await fileChanges.update(`${below}/\udcff`, (text) => `${text ?? ''}\udcc3`);
    expect(await files.list(directory)).toEqual(['caf\udce9']);
    expect(await files.list(below)).toEqual(['\udcff']);
    expect(await files.read(`${below}/\udcff`)).toBe('a\udc80\n\udcc3');
    expect(readdirSync(Buffer.from(`${directory}/caf\xe9`, 'latin1'), { encoding: 'latin1' })).toEqual([
      '\xff',
    ]);
    expect(await files.identify(below)).toBeDefined();
    expect(await files.isExecutable(`${below}/\udcff`)).toBe(false);
    expect(await files.findMissingDirectory([below, `${below}\udce9`])).toBe(`${below}\udce9`);
    await fileChanges.emptyDirectory(below);
    expect(await files.list(below)).toEqual([]);
  });
});

describe('changing files', () => {
  test('replaces a text whole, keeps the mode, follows a link, and leaves nothing beside', async () => {
    const directory = temporaryDirectory();
    plant(directory, { list: 'old', link: { target: 'list' } });
    chmodSync(join(directory, 'list'), 0o640);
    await fileChanges.write(join(directory, 'link'), 'new');
    expect(readFileSync(join(directory, 'list'), 'utf8')).toBe('new');
    expect(statSync(join(directory, 'list')).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(directory, 'link')).isSymbolicLink()).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['link', 'list']);
  });

  test('takes no draft of somebody else’s for its own, and does not write where that leads', async () => {
    const directory = temporaryDirectory();
    const long = 'new'.repeat(2_000);
    const draft = `list.${process.pid}.new`;
    plant(directory, { list: 'old', victim: 'precious', [draft]: { target: 'victim' } });
    await fileChanges.write(join(directory, 'list'), long);
    expect(readFileSync(join(directory, 'victim'), 'utf8')).toBe('precious');
    expect(readFileSync(join(directory, 'list'), 'utf8')).toBe(long);
    expect(lstatSync(join(directory, 'list')).isFile()).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['list', 'victim']);
  });

  test('keeps all bits of the mode, whatever the umask', async () => {
    const directory = temporaryDirectory({ list: 'old' });
    chmodSync(join(directory, 'list'), 0o2666);
    await fileChanges.write(join(directory, 'list'), 'new');
    expect(statSync(join(directory, 'list')).mode & 0o7777).toBe(0o2666);
  });

  test('puts a file in the place of what is none, and waits for nothing', async () => {
    const directory = temporaryDirectory();
    const [pipe, socket] = [join(directory, 'pipe'), join(directory, 'socket')];
    execFileSync('mkfifo', [pipe]);
    const server = createServer().listen(socket);
    await once(server, 'listening');
    for (const path of [pipe, socket]) {
      await fileChanges.update(path, (text) => `${text ?? 'none'}\n`);
      expect([statSync(path).isFile(), readFileSync(path, 'utf8')]).toEqual([true, 'none\n']);
    }
    server.close();
    await expect(fileChanges.write(directory, 'text')).rejects.toThrow('EISDIR');
  });

  test('adds to a text, or cuts it off, in the same file, where it is small', async () => {
    const path = join(temporaryDirectory(), 'list');
    const inode = async (text: string): Promise<number> => {
      await fileChanges.write(path, text);
      expect(readFileSync(path, 'utf8')).toBe(text);
      return statSync(path).ino;
    };
    const first = await inode('one\n');
    expect(await inode('one\ntwo\n')).toBe(first);
    expect(await inode('one\n')).toBe(first);
    expect(await inode('other\n')).not.toBe(first);
    // A file that was replaced gives its number away, so each is compared with the one before.
    const long = await inode('x'.repeat(5000));
    const longer = await inode('x'.repeat(5001));
    expect(longer).not.toBe(long);
    expect(await inode('x')).not.toBe(longer);
  });

  test('leaves any text whatever was there before', async () => {
    const path = join(temporaryDirectory(), 'list');
    const line = fc.constantFrom('10.0.0.1\n', '10.0.0.2\n', 'é', '');
    const text = fc.array(line, { maxLength: 4 }).map((lines) => lines.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (next) => {
        await fileChanges.write(path, next);
        return readFileSync(path, 'utf8') === next;
      }),
    );
  });

  test('updates a text by what it was, wherever it differs and however long it is', async () => {
    const path = join(temporaryDirectory(), 'list');
    const texts = [
      undefined,
      '',
      'one\n',
      'one\ntwo\n',
      'two\n',
      'é'.repeat(3000),
      `x${'é'.repeat(3000)}`,
      'x',
    ];
    for (const [index, next] of texts.slice(1).entries()) {
      const seen: unknown[] = [];
      await fileChanges.update(path, (text) => {
        seen.push(text);
        return next ?? '';
      });
      expect(seen).toEqual([texts[index]]);
      expect(readFileSync(path, 'utf8')).toBe(next);
    }
    expect(readdirSync(join(path, '..'))).toEqual(['list']);
  });

  test('that cannot be made fails and says where', async () => {
    const directory = temporaryDirectory();
    await expect(fileChanges.write(join(directory, 'gone/list'), 'new')).rejects.toThrow('gone/list');
  });

  test('fails for a directory that the kernel does not make, and waits for nothing', () => {
    // In a process of its own: mkdir of Node with `recursive` never returns here.
    const program = `
      import { fileChanges } from ${JSON.stringify(join(packageRoot, 'core/run/context/files.ts'))};
      for (const what of ['makeDirectory', 'emptyDirectory'])
        await fileChanges[what]('/proc/ctdb-hook/below').catch((error) => console.log(error.message));`;
    const words = ['--input-type=module', '--eval', program];
    const said = execFileSync(process.execPath, words, { timeout: 60_000, encoding: 'utf8' });
    expect(said).toBe("ENOENT: no such file or directory, mkdir '/proc/ctdb-hook'\n".repeat(2));
  });

  test('empties a directory, or makes it', async () => {
    const directory = temporaryDirectory();
    plant(directory, { 'var/a/b': '', 'var/c': '' });
    await fileChanges.emptyDirectory(join(directory, 'var'));
    await fileChanges.emptyDirectory(join(directory, 'new/deep'));
    expect([readdirSync(join(directory, 'var')), readdirSync(join(directory, 'new/deep'))]).toEqual([[], []]);
  });
});

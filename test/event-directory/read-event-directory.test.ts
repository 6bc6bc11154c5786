import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EventDirectoryError } from '../../core/event-directory/entry.ts';
import { readEventDirectory } from '../../core/event-directory/read-event-directory.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { plant, script, temporaryDirectory, type Planted } from '../support/temporary-directory.ts';

const hook = join(packageRoot, 'bin/ctdb-hook');

function read(files: Readonly<Record<string, Planted | string>>, under = 'legacy') {
  const directory = join(temporaryDirectory(), under);
  plant(directory, { '.keep': '', ...files });
  const found = readEventDirectory(directory);
  return {
    ...found,
    names: found.entries.map(({ name, kind, disabled }) => [
      name,
      disabled === undefined ? kind : `${kind}: ${disabled}`,
    ]),
    whyIgnored: Object.fromEntries(
      found.ignored.map(({ path, why }) => [path.slice(directory.length + 1), why]),
    ),
  };
}

describe('the entries of an event directory', () => {
  test('are plugins and scripts in one order, NN first, then byte by byte', () => {
    const { names } = read({
      '60.nfs.script': script(''),
      '50.B.ts': { mode: 0o755 },
      '50.a.script': script(''),
      '05.x.mjs': { mode: 0o755 },
    });
    expect(names).toEqual([
      ['05.x', 'plugin'],
      ['50.B', 'plugin'],
      ['50.a', 'script'],
      ['60.nfs', 'script'],
    ]);
  });

  test('are in the order of their file names, as ctdbd has it, where one name begins another', () => {
    const files = {
      '50.samba.script': script(''),
      '50.samba-extra.script': script(''),
      '50.samba.ts': { mode: 0o755 },
    };
    expect(read(files).names).toEqual([
      ['50.samba-extra', 'script'],
      ['50.samba', 'plugin'],
    ]);
  });

  test('that cannot be executed for want of an interpreter are disabled', () => {
    const { names } = read({
      '10.a.script': { text: 'exit 1', mode: 0o755 },
      '20.b.script': { text: '#!/nonexistent/sh\n', mode: 0o755 },
    });
    expect(names).toEqual([
      ['10.a', 'script: it has no interpreter line (#!)'],
      ['20.b', 'script: its interpreter is missing'],
    ]);
  });

  test('without the execute bit of their owner are disabled', () => {
    const { names } = read({
      '10.a.script': { mode: 0o644 },
      '20.b.ts': { mode: 0o644 },
      '30.c.script': { mode: 0o655 },
    });
    expect(names).toEqual([
      ['10.a', 'script: the owner may not execute it'],
      ['20.b', 'plugin: the owner may not execute it'],
      ['30.c', 'script: the owner may not execute it'],
    ]);
  });

  test('that are scripts and dangling links are disabled, and the others still run', () => {
    const { names } = read({ '10.a.script': { target: '/nonexistent/a' }, '30.c.script': script('') });
    expect(names).toEqual([
      ['10.a', 'script: a dangling link'],
      ['30.c', 'script'],
    ]);
  });

  test('that are plugins and dangling links are not disabled: to load them says what is wrong', () => {
    expect(read({ '20.b.ts': { target: 'gone.ts' } }).names).toEqual([['20.b', 'plugin']]);
  });

  test('a dangling link that a script stands beside has the script run, and is a problem', () => {
    const { names, path, problems } = read({ '20.b.ts': { target: 'gone.ts' }, '20.b.script': script('') });
    expect(names).toEqual([['20.b', 'script']]);
    expect(problems).toEqual([
      `ERROR: ${path}/20.b.ts is a dangling link to ${path}/gone.ts, expected a plugin: 20.b.script runs`,
    ]);
  });

  test('a dangling link into the package is the built-in plugin that it names, also beside its script', () => {
    const { names, problems } = read({
      '10.interface.ts': { target: join(packageRoot, 'plugins/10.interface/gone/../plugin.ts') },
      '50.samba.ts': { target: join(packageRoot, 'plugins/50.none/plugin.ts') },
      '60.nfs.script': { target: '/nonexistent/ctdb-hook/bin/ctdb-hook' },
      '50.samba.script': script(''),
    });
    expect(names).toEqual([
      ['10.interface', 'plugin'],
      ['50.samba', 'plugin'],
      ['60.nfs', 'plugin'],
    ]);
    expect(problems).toEqual([]);
  });

  test('a plugin stands in for the script of the same name', () => {
    const { entries, path } = read({ '60.nfs.ts': { mode: 0o755 }, '60.nfs.script': script('') });
    expect(entries).toEqual([
      {
        name: '60.nfs',
        kind: 'plugin',
        path: join(path, '60.nfs.ts'),
        replaces: join(path, '60.nfs.script'),
      },
    ]);
  });

  test('a disabled plugin still stands in for its script: enable and disable act on the plugin', () => {
    expect(read({ '60.nfs.ts': { mode: 0o644 }, '60.nfs.script': script('') }).names).toEqual([
      ['60.nfs', 'plugin: the owner may not execute it'],
    ]);
  });

  test('a link to ctdb-hook is the plugin that it names', () => {
    expect(read({ '60.nfs.script': { target: hook } }).names).toEqual([['60.nfs', 'plugin']]);
  });

  test('a plugin beside its link to ctdb-hook is one entry, enabled by the link', () => {
    const { entries, path } = read({ '70.own.script': { target: hook }, '70.own.ts': { mode: 0o644 } });
    expect(entries).toEqual([{ name: '70.own', kind: 'plugin', path: join(path, '70.own.ts') }]);
  });

  test('a link to a built-in plugin enables it', () => {
    const builtin = join(packageRoot, 'plugins/10.interface/plugin.ts');
    expect(read({ '10.interface.ts': { target: builtin } }).names).toEqual([['10.interface', 'plugin']]);
  });

  test('two plugins of one name are one entry, and the other is named', () => {
    const { names, whyIgnored } = read({ '60.nfs.ts': { mode: 0o755 }, '60.nfs.mjs': { mode: 0o755 } });
    expect(names).toEqual([['60.nfs', 'plugin']]);
    expect(whyIgnored['60.nfs.mjs']).toBe('60.nfs.ts is the plugin of that name');
  });

  test('copies and strangers are ignored with a reason, options files silently', () => {
    const { names, whyIgnored } = read({
      '60.nfs.script~': script(''),
      '60.nfs.script.dpkg-old': script(''),
      README: '',
      '60.nfs.options': '',
    });
    expect(names).toEqual([]);
    expect(Object.keys(whyIgnored)).toEqual(['.keep', '60.nfs.script.dpkg-old', '60.nfs.script~', 'README']);
  });
});

describe('the older convention', () => {
  test('is recognised by the name events.d, and plugins live in plugins.d beside it', () => {
    const root = temporaryDirectory();
    plant(root, {
      'events.d/10.interface': script(''),
      'events.d/60.nfs': script(''),
      'plugins.d/60.nfs.ts': { mode: 0o755 },
      'plugins.d/99.mine.ts': { mode: 0o755 },
    });
    const { convention, entries } = readEventDirectory(join(root, 'events.d'));
    expect(convention).toBe('events.d');
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['10.interface', 'script'],
      ['60.nfs', 'plugin'],
      ['99.mine', 'plugin'],
    ]);
  });

  test('has links to ctdb-hook too, each the plugin that it names', () => {
    const root = temporaryDirectory();
    plant(root, {
      'events.d/10.interface': { target: hook },
      'events.d/70.own': { target: hook },
      'plugins.d/70.own.ts': { mode: 0o644 },
    });
    const { entries } = readEventDirectory(join(root, 'events.d'));
    expect(entries).toEqual([
      { name: '10.interface', kind: 'plugin', path: join(root, 'events.d/10.interface') },
      { name: '70.own', kind: 'plugin', path: join(root, 'plugins.d/70.own.ts') },
    ]);
  });

  test('is recognised by its files, and can be given', () => {
    const directory = join(temporaryDirectory(), 'events');
    plant(directory, { '10.a': script('') });
    expect(readEventDirectory(directory).convention).toBe('events.d');
    expect(readEventDirectory(directory, { convention: 'legacy' }).entries).toEqual([]);
  });

  test('is never mixed with the later one', () => {
    expect(read({ '10.a': script(''), '20.b.script': script('') }).names).toEqual([['20.b', 'script']]);
  });
});

describe('an event directory', () => {
  test('that does not exist is an error that says so', () => {
    expect(() => readEventDirectory('/nonexistent/events')).toThrow(
      new EventDirectoryError('Cannot read the event directory /nonexistent/events: it does not exist'),
    );
  });

  test('that is a file is an error that says so', () => {
    const directory = temporaryDirectory();
    plant(directory, { file: '' });
    expect(() => readEventDirectory(join(directory, 'file'))).toThrow('it is not a directory');
  });

  test('that is empty has no entries', () => {
    expect(read({}).entries).toEqual([]);
  });
});

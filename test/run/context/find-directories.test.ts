import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainOrBytes, textOf } from '../../../core/text/bytes-as-text.ts';
import { findDirectories } from '../../../core/run/context/find-directories.ts';
import { LookingShell } from '../../../core/run/context/looking-shell.ts';
import { script, temporaryDirectory } from '../../support/temporary-directory.ts';

/** A shell whose test for a directory hangs at names with `hung` in them, and that counts its starts. */
function hangingShell() {
  const directory = temporaryDirectory({
    'bin/sh': script(
      'echo "$#" >>"${0%/bin/sh}/starts"\n' +
        'while IFS= read -r d; do\n  case $d in *hung*) exec sleep 300 ;; esac\n' +
        '  if [ -d "$d/." ]; then printf +; else printf -; fi\ndone',
    ),
    'one/file': '',
    'two words/file': '',
    'one more/file': '',
  });
  return {
    at: (name: string) => join(directory, name),
    starts: () => readFileSync(join(directory, 'starts'), 'utf8').trimEnd().split('\n').length,
    looking: {
      environment: { PATH: `${join(directory, 'bin')}:/usr/bin:/bin` },
      group: 'own' as const,
      signal: new AbortController().signal,
      patienceMs: 300,
    },
  };
}

test('one child looks for all directories', async () => {
  const { at, starts, looking } = hangingShell();
  const paths = [at('one'), at('no'), at('two words'), at('one/file'), at('no')];
  expect(await findDirectories(paths, looking)).toEqual({
    missing: [at('no'), at('one/file'), at('no')],
    stuck: [],
  });
  expect(starts()).toBe(1);
  expect(await findDirectories([], looking)).toEqual({ missing: [], stuck: [] });
  expect(await findDirectories([at('no more'), at('one')], looking)).toEqual({
    missing: [at('no more')],
    stuck: [],
  });
  expect(starts()).toBe(1);
});

test('a directory may have any name', async () => {
  const names = ['line\nbreak', 'back\\slash', '\\n', '%s', ' blanks ', "quote'", '-d', '*', '€'];
  const directory = temporaryDirectory(Object.fromEntries(names.map((name) => [`${name}/file`, ''])));
  const there = names.map((name) => join(directory, name));
  const missing = names.map((name) => join(directory, `no ${name}`));
  const looking = {
    environment: { PATH: '/usr/bin:/bin' },
    group: 'own' as const,
    signal: new AbortController().signal,
  };
  expect(await findDirectories([...there, ...missing], looking)).toEqual({ missing, stuck: [] });
});

test('a directory may have any bytes in its name, whatever the locale', async () => {
  const directory = temporaryDirectory();
  const bytes = Array.from({ length: 255 }, (_, index) => index + 1).filter(
    (byte) => !'/x'.includes(String.fromCharCode(byte)),
  );
  const names = bytes.flatMap((byte) => [
    [byte, 0x78],
    [0x78, byte],
    [0xe2, byte, 0x5c],
  ]);
  const there = names.map((name) =>
    textOf(Buffer.concat([Buffer.from(`${directory}/a`), Buffer.from(name)])),
  );
  for (const path of there) mkdirSync(plainOrBytes(path));
  const missing = names.map((name) =>
    textOf(Buffer.concat([Buffer.from(`${directory}/b`), Buffer.from(name)])),
  );
  for (const LC_ALL of ['C', 'C.UTF-8']) {
    const environment = { PATH: '/usr/bin:/bin', LC_ALL };
    const looking = { environment, group: 'own' as const, signal: new AbortController().signal };
    expect(await findDirectories([...there, ...missing], looking)).toEqual({ missing, stuck: [] });
  }
});

/** A shell that is killed at names with `killer` in them, once or each time. */
function shellThatIsKilled(how: 'once' | 'always') {
  const directory = temporaryDirectory({
    'bin/sh': script(
      'while IFS= read -r d; do\n  case $d in *killer*)\n' +
        `    ${how === 'once' ? '[ -e "${0%/bin/sh}/killed" ] ||' : ''} { : >"\${0%/bin/sh}/killed"; kill -KILL $$; } ;;\n  esac\n` +
        '  if [ -d "$d/." ]; then printf +; else printf -; fi\ndone',
    ),
    'one/file': '',
    'killer/file': '',
    'two/file': '',
  });
  const at = (name: string) => join(directory, name);
  const environment = { PATH: `${join(directory, 'bin')}:/usr/bin:/bin` };
  return { at, looking: { environment, group: 'own' as const, signal: new AbortController().signal } };
}

test('a shell that is killed while it looks says nothing about a directory: another goes on', async () => {
  const { at, looking } = shellThatIsKilled('once');
  const paths = [at('one'), at('killer'), at('no'), at('two')];
  expect(await findDirectories(paths, looking)).toEqual({ missing: [at('no')], stuck: [] });
});

test('looking fails where every shell is killed at the same path, and says so', async () => {
  const { at, looking } = shellThatIsKilled('always');
  await expect(findDirectories([at('one'), at('killer'), at('two')], looking)).rejects.toThrow(
    `Cannot look for directory "${at('killer')}": sh was ended by signal 9`,
  );
});

test('a shell that was ended is followed by another', async () => {
  const { at, starts, looking } = hangingShell();
  expect(await findDirectories([at('one')], looking)).toEqual({ missing: [], stuck: [] });
  const { child } = await LookingShell.get(looking);
  process.kill(child.pid, 'SIGKILL');
  await child.ended;
  expect(await findDirectories([at('one')], looking)).toEqual({ missing: [], stuck: [] });
  expect(starts()).toBe(2);
});

test('a process without groups of its own keeps none', async () => {
  const { at, starts, looking } = hangingShell();
  const inherited = { ...looking, group: 'inherited' as const };
  for (const count of [1, 2]) {
    expect(await findDirectories([at('one')], inherited)).toEqual({ missing: [], stuck: [] });
    expect(starts()).toBe(count);
  }
});

test('a path that hangs is known by its name, and hides no other', async () => {
  const { at, starts, looking } = hangingShell();
  const paths = [at('one'), at('hung'), at('no'), at('hung too'), at('one more')];
  expect(await findDirectories(paths, looking)).toEqual({
    missing: [at('no')],
    stuck: [at('hung'), at('hung too')],
  });
  expect(starts()).toBe(4);
});

test('looking ends with its signal, and rejects', async () => {
  const { at, looking } = hangingShell();
  const stop = new AbortController();
  const looked = findDirectories([at('hung')], { ...looking, patienceMs: 60_000, signal: stop.signal });
  await expect.poll(() => existsSync(at('starts')) && readFileSync(at('starts'), 'utf8')).toBe('4\n');
  stop.abort(new Error('the time of the probe is up'));
  await expect(looked).rejects.toThrow('the time of the probe is up');
});

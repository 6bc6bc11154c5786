import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package-root.ts';

/** What each folder of core may import from, beside itself. Type imports do not count: they are gone at run time. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  events: [],
  libc: [],
  process: ['codec', 'libc'],
  codec: [],
  protocol: ['codec'],
  network: ['events', 'codec', 'libc', 'process'],
  rpc: ['codec'],
  plugin: ['events', 'entries', 'process', 'ctdb'],
  entries: ['events', 'process', 'codec', 'libc'],
  ctdb: ['events', 'process', 'codec'],
  ctdbd: ['codec', 'protocol', 'network'],
  ledger: ['events', 'plugin', 'process', 'network'],
  run: ['events', 'plugin', 'entries', 'ledger', 'process', 'codec', 'network', 'ctdb', 'ctdbd', 'rpc'],
  observe: ['events', 'process', 'run', 'ctdb'],
  host: ['events', 'plugin', 'entries', 'process', 'codec', 'protocol', 'network', 'libc', 'run', 'ctdb'],
  daemon: [
    'events',
    'entries',
    'process',
    'codec',
    'protocol',
    'ctdb',
    'ledger',
    'run',
    'observe',
    'network',
    'host',
  ],
  reconcile: ['events', 'process', 'protocol', 'network', 'ledger', 'run', 'ctdb'],
  switch: ['entries', 'process', 'protocol'],
  cli: [
    'events',
    'plugin',
    'entries',
    'process',
    'ctdb',
    'ctdbd',
    'run',
    'observe',
    'reconcile',
    'protocol',
    'switch',
  ],
};

function sources(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** What a file imports when it runs: static and dynamic imports and re-exports, without types. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(packageRoot, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s(?!type\b)(?:[^'";]*?\sfrom\s)?'([^']+)'|import\('([^']+)'\)/gms,
  );
  return [...statements].flatMap(([, fixed, dynamic]) => fixed ?? dynamic ?? []);
}

const folderOf = (file: string): string => relative(join(packageRoot, 'core'), file).split('/')[0] ?? '';

test.each(Object.entries(allowed))('core/%s imports from %j only', (folder, others) => {
  const imports = sources(`core/${folder}`).flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => ({ file, to: folderOf(resolve(packageRoot, dirname(file), name)) })),
  );
  expect(imports.length + (['events', 'libc'].includes(folder) ? 1 : 0)).toBeGreaterThan(0);
  expect(imports.filter(({ to }) => to !== folder && !to.endsWith('.ts') && !others.includes(to))).toEqual(
    [],
  );
});

test('every folder of core has its arrows', () => {
  const folders = readdirSync(join(packageRoot, 'core'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(allowed).sort());
});

/** All files that are loaded with this one. */
function closureOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const name of importsOf(file))
    if (name.startsWith('.'))
      closureOf(relative(packageRoot, resolve(packageRoot, dirname(file), name)), seen);
  return seen;
}

test('the event daemon loads nothing that an author wrote, nor what could', () => {
  const loaded = [...closureOf('core/daemon/eventd-start.ts')];
  expect(loaded).toContain('core/daemon/daemon.ts');
  expect(loaded.filter((file) => file.startsWith('core/plugin/'))).toEqual([]);
});

test('plugins import ctdb-hook, zod and their own files only', () => {
  const imports = sources('plugins').flatMap((file) => importsOf(file).map((name) => ({ file, name })));
  expect(imports.length).toBeGreaterThan(10);
  const outside = imports.filter(
    ({ name }) => !['ctdb-hook', 'zod'].includes(name) && !/^\.\/[\w.-]+\.ts$/.test(name),
  );
  expect(outside).toEqual([]);
});

test('tiny-typed-emitter and execa are each imported in one file', () => {
  const users = (name: string) => sources('core').filter((file) => importsOf(file).includes(name));
  expect(users('tiny-typed-emitter')).toEqual(['core/observe/run-notifier.ts']);
  expect(users('execa')).toEqual(['core/process/execa-backend.ts']);
});

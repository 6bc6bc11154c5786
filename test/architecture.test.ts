import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package/package-root.ts';

/** What each folder of core may import from, beside itself, types included. No two may import each other, nor more in a circle. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  libc: [],
  text: [],
  files: ['libc', 'text'],
  package: [],
  process: ['libc', 'text'],
  'ctdb-installation': ['files', 'package', 'process', 'text'],
  events: [],
  commands: ['events'],
  help: ['commands'],
  'ctdb-config': ['ctdb-installation', 'events', 'files', 'process', 'text'],
  codec: ['text'],
  'eventd-protocol': ['codec'],
  network: ['codec', 'events', 'libc', 'process'],
  'ctdbd-client': ['codec', 'eventd-protocol', 'network'],
  'event-directory': ['events', 'files', 'package', 'process', 'text'],
  'ctdb-output': [],
  'plugin-api': ['ctdb-config', 'ctdb-installation', 'ctdb-output', 'events', 'network', 'process'],
  'plugin-loading': ['events', 'files', 'package', 'plugin-api', 'text'],
  ledger: ['ctdb-installation', 'events', 'files', 'network', 'plugin-api', 'process', 'text'],
  rpc: ['codec'],
  run: [
    'ctdb-config',
    'ctdb-installation',
    'ctdb-output',
    'ctdbd-client',
    'event-directory',
    'events',
    'files',
    'ledger',
    'network',
    'plugin-api',
    'plugin-loading',
    'process',
    'rpc',
    'text',
  ],
  reconcile: [
    'ctdb-installation',
    'ctdb-output',
    'eventd-protocol',
    'events',
    'ledger',
    'network',
    'process',
    'run',
  ],
  'run-observers': ['process', 'run'],
  history: ['ctdb-installation', 'files', 'process', 'run', 'run-observers'],
  metrics: ['events', 'files', 'process', 'run'],
  timeline: ['history', 'package', 'process', 'run-observers'],
  scaffold: ['events', 'files', 'package'],
  try: ['codec', 'events', 'files', 'network', 'package', 'plugin-loading', 'process'],
  switch: ['event-directory', 'eventd-protocol', 'files', 'process'],
  install: ['event-directory', 'files', 'package', 'switch'],
  explain: [
    'ctdb-installation',
    'event-directory',
    'events',
    'files',
    'ledger',
    'network',
    'plugin-api',
    'plugin-loading',
    'process',
    'run',
    'text',
  ],
  testing: [
    'ctdb-config',
    'ctdb-installation',
    'ctdb-output',
    'ctdbd-client',
    'event-directory',
    'events',
    'explain',
    'files',
    'ledger',
    'network',
    'plugin-api',
    'plugin-loading',
    'process',
    'run',
    'text',
  ],
  simulate: [
    'ctdb-installation',
    'event-directory',
    'events',
    'explain',
    'plugin-api',
    'plugin-loading',
    'run',
    'testing',
  ],
  check: [
    'ctdb-config',
    'ctdb-installation',
    'event-directory',
    'events',
    'files',
    'network',
    'package',
    'plugin-loading',
    'process',
    'run',
    'switch',
  ],
  cli: [
    'check',
    'commands',
    'ctdb-config',
    'ctdb-installation',
    'ctdbd-client',
    'event-directory',
    'eventd-protocol',
    'events',
    'explain',
    'files',
    'help',
    'history',
    'install',
    'ledger',
    'links',
    'package',
    'plugin-loading',
    'process',
    'reconcile',
    'resident',
    'run',
    'run-observers',
    'scaffold',
    'simulate',
    'switch',
    'timeline',
    'try',
  ],
  links: [
    'commands',
    'ctdb-installation',
    'event-directory',
    'events',
    'files',
    'history',
    'ledger',
    'network',
    'plugin-loading',
    'process',
    'run',
    'run-observers',
  ],
  resident: [
    'ctdb-installation',
    'event-directory',
    'files',
    'history',
    'links',
    'network',
    'package',
    'plugin-host',
    'plugin-loading',
    'process',
    'run',
  ],
  log: ['ctdb-config', 'ctdb-installation'],
  'plugin-host': [
    'codec',
    'ctdb-installation',
    'event-directory',
    'eventd-protocol',
    'events',
    'files',
    'libc',
    'network',
    'package',
    'plugin-loading',
    'process',
    'run',
  ],
  daemon: [
    'metrics',
    'ctdb-config',
    'ctdb-installation',
    'event-directory',
    'eventd-protocol',
    'events',
    'files',
    'history',
    'ledger',
    'log',
    'package',
    'plugin-host',
    'process',
    'run',
    'run-observers',
    'text',
  ],
};

function sources(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** What a file imports: static and dynamic imports and re-exports; without those of types, which are gone when it runs, if asked. */
function importsOf(file: string, which: 'all' | 'when it runs'): string[] {
  const text = readFileSync(join(packageRoot, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s(type\s)?(?:[^'";]*?\sfrom\s)?'([^']+)'|import\('([^']+)'\)/gms,
  );
  return [...statements].flatMap(([, type, fixed, dynamic]) =>
    type !== undefined && which === 'when it runs' ? [] : (fixed ?? dynamic ?? []),
  );
}

/** The files of the checkout that a file imports. */
const filesImportedBy = (file: string, which: 'all' | 'when it runs' = 'all'): string[] =>
  importsOf(file, which)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(packageRoot, resolve(packageRoot, dirname(file), name)));

/** The circles of a graph: every node that can be reached from itself, with what it leads to first. */
function circlesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reached = (from: string, seen = new Set<string>()): ReadonlySet<string> => {
    for (const to of graph.get(from) ?? [])
      if (!seen.has(to)) {
        seen.add(to);
        reached(to, seen);
      }
    return seen;
  };
  return [...graph.keys()].filter((node) => reached(node).has(node));
}

/** A graph of what files import, with each file as what `nodeOf` says. */
function graphOf(files: readonly string[], nodeOf: (file: string) => string): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const file of files) {
    const node = nodeOf(file);
    const leadsTo = graph.get(node) ?? new Set();
    graph.set(node, leadsTo);
    for (const other of filesImportedBy(file).map(nodeOf)) if (other !== node) leadsTo.add(other);
  }
  return graph;
}

const folderOf = (file: string): string => relative('core', file).split('/')[0] ?? '';

test.each(Object.entries(allowed))('core/%s imports from %j only', (folder, others) => {
  const files = sources(`core/${folder}`);
  expect(files).not.toEqual([]);
  const imported = files.flatMap((file) => filesImportedBy(file)).map(folderOf);
  expect(new Set(imported.filter((other) => other !== folder))).toEqual(new Set(others));
});

test('every folder of core says what it may import', () => {
  const folders = readdirSync(join(packageRoot, 'core')).filter((name) => name !== 'README.md');
  expect(folders.sort()).toEqual(Object.keys(allowed).sort());
});

test('no file imports itself in a circle, by types neither', () => {
  const files = sources('core');
  expect(files.length).toBeGreaterThan(200);
  const graph = graphOf(files, (file) => file);
  expect(circlesOf(graph)).toEqual([]);
});

/** A folder, or a file that stands beside folders. */
function innermostFolderOf(file: string, folders: ReadonlySet<string>): string {
  const folder = dirname(file);
  return [...folders].some((other) => other.startsWith(`${folder}/`)) ? file : folder;
}

test('no two folders of core import each other, directly or through others, nor two folders in one of them', () => {
  const files = sources('core');
  const folders = new Set(files.map((file) => dirname(file)));
  expect(circlesOf(graphOf(files, (file) => `core/${folderOf(file)}`))).toEqual([]);
  expect(circlesOf(graphOf(files, (file) => innermostFolderOf(file, folders)))).toEqual([]);
});

/** All files that are loaded with this one. */
function closureOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const other of filesImportedBy(file, 'when it runs')) closureOf(other, seen);
  return seen;
}

test('the event daemon loads nothing that an author wrote, nor what could', () => {
  const loaded = [...closureOf('core/daemon/eventd-start.ts')];
  expect(loaded).toContain('core/daemon/daemon.ts');
  expect(loaded.filter((file) => /^core\/plugin-(api|loading)\//.test(file))).toEqual([]);
});

test('plugins import ctdb-hook, zod and their own files only', () => {
  const imports = sources('plugins').flatMap((file) =>
    importsOf(file, 'when it runs').map((name) => ({ file, name })),
  );
  expect(imports.length).toBeGreaterThan(10);
  const outside = imports.filter(
    ({ name }) => !['ctdb-hook', 'zod'].includes(name) && !/^\.\/[\w.-]+\.ts$/.test(name),
  );
  expect(outside).toEqual([]);
});

test('tiny-typed-emitter and execa are each imported in one file', () => {
  const users = (name: string) => sources('core').filter((file) => importsOf(file, 'all').includes(name));
  expect(users('tiny-typed-emitter')).toEqual(['core/run-observers/run-notifier.ts']);
  expect(users('execa')).toEqual(['core/process/execa-backend.ts']);
});

test('directories are made by core/files/make-directory.ts: the recursive mkdir of Node 24 may never return', () => {
  const recursive = /\bmkdir(?:Sync)?\([^;]*?recursive: true/;
  const found = [...sources('core'), ...sources('plugins')].filter((file) =>
    recursive.test(readFileSync(join(packageRoot, file), 'utf8')),
  );
  expect(found).toEqual([]);
});

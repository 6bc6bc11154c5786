import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import type { Architecture } from './architecture.ts';
import { bundleDependencies } from './bundle-dependencies.ts';
import { fetchPackage } from './fetch-package.ts';
import { licences } from './licences.ts';

const root = join(import.meta.dirname, '../..');

/** What a package or a tarball is made of. */
export interface ProgramTree {
  /** The folder with all that runs, and nothing else. */
  readonly program: string;
  /** A folder laid out as /usr/share: `doc`, `man` and `bash-completion`. */
  readonly share: string;
  /** The programs and libraries for the processor, whose needs the package has. */
  readonly binaries: readonly string[];
}

/**
 * Lays out ctdb-hook for a processor below `directory`: Node without its symbols, dist/ and what it imports. The source of a built-in
 * plugin is one line, since nothing but the name of that file counts.
 *
 * @param packagedAs what `packagedAs` will answer there
 */
export async function makeProgramTree(
  directory: string,
  architecture: Architecture,
  packagedAs: string,
): Promise<ProgramTree> {
  const program = join(directory, 'program');
  const fetched = join(directory, 'fetched');
  for (const folder of [program, fetched]) mkdirSync(folder, { recursive: true });
  const node = await fetchPackage(`node-linux-${architecture.node}`, fetched);
  const koffi = await fetchPackage(`@koromix/koffi-linux-${architecture.node}`, fetched);

  for (const name of ['bin/ctdb-hook', 'bin/ctdb-eventd', 'bin/find-node', 'LICENSE']) copy(name, program);
  const isManual = (name: string): boolean => name === 'man' || name === 'completion.bash';
  for (const name of readdirSync(join(root, 'dist')))
    if (!isManual(name)) cpSync(join(root, 'dist', name), join(program, 'dist', name), { recursive: true });
  writeFileSync(join(program, 'package.json'), packageJson(packagedAs));
  for (const name of readdirSync(join(program, 'dist/plugins')))
    plant(join(program, 'plugins', name, 'plugin.ts'), pluginText(name));
  await bundleDependencies(join(program, 'node_modules'));
  const native = `linux_${architecture.node}/koffi.node`;
  const binaries = [
    [join(node, 'bin/node'), join(program, 'node/bin/node')],
    [join(koffi, native), join(program, 'node_modules/@koromix', `koffi-linux-${architecture.node}`, native)],
  ] as const;
  for (const [from, to] of binaries) await strip(from, to, architecture);

  const share = join(directory, 'share');
  const doc = join(share, 'doc/ctdb-hook');
  for (const name of ['README.md', 'bin/README.md', 'plugins/README.md', 'CHANGELOG.md']) copy(name, doc);
  cpSync(join(root, 'bin/monitoring'), join(doc, 'bin/monitoring'), { recursive: true });
  for (const name of readdirSync(join(program, 'plugins'))) copy(`plugins/${name}/README.md`, doc);
  plant(join(doc, 'copyright'), licences(node));
  addManual(share);
  return { program, share, binaries: binaries.map(([, to]) => to) };
}

/** The man pages and the completion that the build has made. */
function addManual(share: string): void {
  for (const name of readdirSync(join(root, 'dist/man'))) {
    const folder = join(share, 'man', `man${name.at(-1) ?? ''}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `${name}.gz`),
      gzipSync(readFileSync(join(root, 'dist/man', name)), { level: 9 }),
    );
  }
  const completions = join(share, 'bash-completion/completions');
  mkdirSync(completions, { recursive: true });
  cpSync(join(root, 'dist/completion.bash'), join(completions, 'ctdb-hook'));
}

function copy(name: string, to: string): void {
  mkdirSync(dirname(join(to, name)), { recursive: true });
  cpSync(join(root, name), join(to, name));
}

function plant(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Only what is read when it runs, or by the compiler of a plugin's author. */
function packageJson(packagedAs: string): string {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { name, version, description, license, type, exports } = JSON.parse(text) as Record<
    string,
    unknown
  > & {
    exports: Record<string, Record<string, string>>;
  };
  const built = Object.entries(exports).map(([part, { types, default: main }]) => [
    part,
    { types, default: main },
  ]);
  const kept = {
    name,
    version,
    description,
    license,
    type,
    packagedAs,
    exports: Object.fromEntries(built) as object,
  };
  return `${JSON.stringify(kept, null, 2)}\n`;
}

const pluginText = (name: string): string =>
  `// A link to this file enables the plugin ${name}, which is built in.\nexport { default } from '../../dist/plugins/${name}/plugin.js';\n`;

/** Copies a program or library without what only debuggers read; the original has the same build id. */
async function strip(from: string, to: string, { triplet }: Architecture): Promise<void> {
  mkdirSync(dirname(to), { recursive: true });
  const program = `${triplet}-strip`;
  const found = await execa(program, ['--strip-unneeded', '--remove-section=.comment', '-o', to, from], {
    reject: false,
  });
  if (found.code === 'ENOENT')
    throw new Error(
      `There is no ${program}: it is in Debian's package binutils-${triplet.replace('_', '-')}`,
    );
  if (found.failed || !existsSync(to)) throw new Error(`${program} failed: ${found.stderr}`);
  chmodSync(to, 0o755);
}

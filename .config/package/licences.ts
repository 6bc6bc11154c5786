import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { lockedVersion, withDependencies } from './fetch-package.ts';

const root = join(import.meta.dirname, '../..');

/**
 * The licences of all that is in a package: ours, and those of Node, which names all that it consists of, and of each npm package that
 * is bundled, in the words of their own files.
 *
 * @param node the folder of the package with Node
 * @throws Error if a package has no such file.
 */
export function licences(node: string): string {
  const ours = `ctdb-hook is free software: GPL-3.0-or-later. On Debian the text of that licence is
/usr/share/common-licenses/GPL-3; it is also the file LICENSE beside the programs.

In this package are besides, unchanged or bundled by esbuild:
`;
  const parts = bundled().map(([name, version, text]) => section(`${name} ${version}`, text));
  const version = lockedVersion(`node_modules/${basename(node)}`);
  return [ours, ...parts, section(`Node.js ${version}, without its symbols`, licenceOf(node) ?? '')].join(
    '\n',
  );
}

const section = (title: string, text: string): string => `${'='.repeat(80)}\n${title}\n\n${text.trim()}\n`;

/** Name, version and licence of the npm packages that are bundled, or whose library goes along. */
function bundled(): (readonly [name: string, version: string, licence: string])[] {
  // koffi's library is a package of its own, without a text of its own; Node has its own section.
  return withDependencies(importedPackages()).map((folder) => {
    const licence = licenceOf(join(root, folder));
    if (licence === undefined) throw new Error(`${folder} has no file with its licence`);
    return [
      folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
      lockedVersion(folder),
      licence,
    ];
  });
}

/** The packages that our programs import, whether they are bundled by the build or for the package. */
function importedPackages(): readonly string[] {
  const files = ['core', 'plugins'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const names = files
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(join(root, name), 'utf8').matchAll(/(?:from |import\()'((?:@[\w-]+\/)?[a-z][\w-]*)/g),
    ])
    .map(([, name = '']) => name)
    .filter((name) => name !== 'ctdb-hook' && !isBuiltin(name) && name !== 'node');
  return [...new Set(names)].sort();
}

function licenceOf(folder: string): string | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const name = names.find((each) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(each));
  return name === undefined ? undefined : readFileSync(join(folder, name), 'utf8');
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lockedVersion, neededFolders } from './fetch-package.ts';

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
  // koffi's libraries are packages of their own, without a text of their own; Node has its own section.
  const folders = neededFolders.filter((folder) => !/\/(?:@koromix\/koffi|node-linux)-/.test(folder));
  return folders.sort().map((folder) => {
    const licence = licenceOf(join(root, folder));
    if (licence === undefined) throw new Error(`${folder} has no file with its licence`);
    return [
      folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
      lockedVersion(folder),
      licence,
    ];
  });
}

function licenceOf(folder: string): string | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const name = names.find((each) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(each));
  return name === undefined ? undefined : readFileSync(join(folder, name), 'utf8');
}

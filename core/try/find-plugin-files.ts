import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findAuthorFile } from '../plugin-loading/find-author-file.ts';

/** Most files of one plugin. */
const filesMax = 500;

/** What a module imports, in any form: by text, because the module may be half written. */
const imports = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/**
 * The files of which a plugin consists, by absolute paths: itself, those that it imports by relative paths, and its options file. The
 * first is the plugin. A file that is imported and not there is left out: loading the plugin says so.
 *
 * @throws Error if there are too many, or one is not below the plugin's folder: on a node it would not be there
 */
export function findPluginFiles(plugin: string): readonly [string, ...string[]] {
  const folder = dirname(plugin);
  const found = new Set([plugin]);
  for (const file of found) {
    for (const [, , specifier = ''] of readFileSync(file, 'utf8').matchAll(imports)) {
      const imported = fileOf(specifier, file);
      if (imported === undefined) continue;
      if (relative(folder, imported).startsWith('../'))
        throw new Error(
          `${file} imports ${specifier}, which is outside of ${folder}: on a node only files in folders beside the plugin are there`,
        );
      found.add(imported);
      if (found.size > filesMax) throw new Error(`${plugin} consists of more than ${filesMax} files`);
    }
  }
  const options = `${folder}/${basename(plugin).replace(/\.m?[jt]s$/, '')}.options`;
  return [plugin, ...[...found].slice(1), ...(existsSync(options) ? [options] : [])];
}

function fileOf(specifier: string, importer: string): string | undefined {
  const { href } = pathToFileURL(importer);
  const exact = fileURLToPath(new URL(specifier, href));
  const found = isFile(exact) ? undefined : findAuthorFile(specifier, href);
  return found === undefined ? [exact].find(isFile) : fileURLToPath(found);
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

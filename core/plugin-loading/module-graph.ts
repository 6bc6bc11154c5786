import { type KeptModule, type KeptVersion, versionLengthMax } from './kept-version.ts';

/** The modules of authors that this process has loaded, by URL; without a text where that is not to be had. */
const modules = new Map<string, Omit<KeptModule, 'url'> | undefined>();

/** What their imports led to, by the URL of who imports. */
const imports = new Map<string, Map<string, string>>();

/** Takes notice of what an import of a module led to. */
export function noteImport(parent: string, specifier: string, url: string): void {
  const known = imports.get(parent) ?? new Map<string, string>();
  imports.set(parent, known.set(specifier, url));
}

/** Takes notice of a module's text; of one that is no text, such as a native one, that it was loaded. */
export function noteModule(url: string, format: string, source: string | undefined): void {
  modules.set(url, source === undefined ? undefined : { format, source });
}

/**
 * All that was loaded for this file, or why it cannot be kept.
 *
 * @param url of the file
 */
export function graphFrom(url: string): Pick<KeptVersion, 'modules' | 'imports'> | { readonly why: string } {
  const found: KeptModule[] = [];
  const links: [string, string, string][] = [];
  let length = 0;
  const wanted = [url];
  for (const next of wanted) {
    if (!modules.has(next)) continue; // Of ours or of Node's.
    const module = modules.get(next);
    if (module === undefined) return { why: `${next} is no text` };
    found.push({ url: next, ...module });
    length += module.source.length;
    if (length > versionLengthMax) return { why: `it has more than ${versionLengthMax} characters` };
    for (const [specifier, target] of imports.get(next) ?? []) {
      links.push([next, specifier, target]);
      if (!wanted.includes(target)) wanted.push(target);
    }
  }
  return { modules: found, imports: links };
}

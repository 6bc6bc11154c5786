import { type KeptModule, type KeptVersion, versionLengthMax } from './last-good-version.ts';

/** The modules of authors that this process has loaded, by URL. A module that is no text has none. */
const modules = new Map<string, Omit<KeptModule, 'url'> | undefined>();

/** The URLs to which their imports led, by the URL of the importing module. */
const imports = new Map<string, Map<string, string>>();

/** Notes the URL to which an import of a module led. */
export function noteImport(parent: string, specifier: string, url: string): void {
  const known = imports.get(parent) ?? new Map<string, string>();
  imports.set(parent, known.set(specifier, url));
}

/** Notes the text of a module that was loaded. A native module, for example, has none. */
export function noteModule(url: string, format: string, source: string | undefined): void {
  modules.set(url, source === undefined ? undefined : { format, source });
}

/**
 * Everything that was loaded for this file, or why it cannot be kept.
 *
 * @param url of the file
 */
export function graphFrom(url: string): Pick<KeptVersion, 'modules' | 'imports'> | { readonly why: string } {
  const found: KeptModule[] = [];
  const links: [string, string, string][] = [];
  let length = 0;
  const wanted = [url];
  for (const next of wanted) {
    if (!modules.has(next)) continue; // It is a module of ours or of Node.
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

import type { KeptModule, KeptVersion } from './kept-version.ts';

/** What marks the URL of a module that is loaded from a kept version, beside the same file as it is now. */
const mark = '?kept=';

interface Loaded {
  readonly modules: ReadonlyMap<string, KeptModule>;
  readonly imports: ReadonlyMap<string, string>;
}

/** The kept versions that this process has loaded, each under a number of its own. */
const versions: Loaded[] = [];

/** The URL to import for a version, of the file at this URL. */
export function keptUrl(version: KeptVersion, url: string): string {
  versions.push({
    modules: new Map(version.modules.map((module) => [module.url, module])),
    imports: new Map(
      version.imports.map(([parent, specifier, target]) => [`${parent}\0${specifier}`, target]),
    ),
  });
  return `${url}${mark}${versions.length - 1}`;
}

/** What a module of a kept version imports with this specifier; undefined for a module of no version, or what is no file of it. */
export function resolveKept(specifier: string, parent: string | undefined): string | undefined {
  const place = placeOf(parent);
  const target = place?.version.imports.get(`${place.url}\0${specifier}`);
  if (place === undefined || target === undefined) return undefined;
  return place.version.modules.has(target) ? `${target}${mark}${place.number}` : target;
}

/** A module of a kept version; undefined for any other URL. */
export function keptModule(url: string): KeptModule | undefined {
  const place = placeOf(url);
  return place?.version.modules.get(place.url);
}

function placeOf(
  marked: string | undefined,
): { readonly url: string; readonly number: number; readonly version: Loaded } | undefined {
  const at = marked?.lastIndexOf(mark) ?? -1;
  if (marked === undefined || at === -1) return undefined;
  const number = Number(marked.slice(at + mark.length));
  const version = versions[number];
  return version && { url: marked.slice(0, at), number, version };
}

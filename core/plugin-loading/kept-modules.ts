import type { KeptModule, KeptVersion } from './last-good-version.ts';

/** Marks the URL of a module that is loaded from a kept version; the present file has the same URL without it. */
const mark = '?kept=';

interface Loaded {
  readonly modules: ReadonlyMap<string, KeptModule>;
  readonly imports: ReadonlyMap<string, string>;
}

/** The kept versions that this process has loaded, each under its own number. */
const versions: Loaded[] = [];

/** The URL by which a version's file is imported; `url` is that of the present file. */
export function keptUrl(version: KeptVersion, url: string): string {
  versions.push({
    modules: new Map(version.modules.map((module) => [module.url, module])),
    imports: new Map(
      version.imports.map(([parent, specifier, target]) => [`${parent}\0${specifier}`, target]),
    ),
  });
  return `${url}${mark}${versions.length - 1}`;
}

/**
 * The URL that a module of a kept version imports with this specifier. Undefined for a module of no version, or if the
 * import leads to no file of the version.
 */
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

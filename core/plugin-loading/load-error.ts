/** A plugin does not load. The message begins with file and line, like a compiler's. */
export class PluginLoadError extends Error {
  override name = 'PluginLoadError';

  constructor(file: string, line: number | undefined, what: string, options?: ErrorOptions) {
    super(`${line === undefined ? file : `${file}:${line}`}: ${what}`, options);
  }
}

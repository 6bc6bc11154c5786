/**
 * Looks at files. A path that does not exist is `undefined`. Any other failure is an error.
 *
 * @example
 * export default definePlugin({
 *   async monitor(_event, { files }) {
 *     const maintenance = await files.read('/run/web/maintenance');
 *     return maintenance === undefined ? healthy : unhealthy(`In maintenance: ${maintenance.trim()}`);
 *   },
 * });
 */
export interface Files {
  /** The text of a file, or undefined if there is none. */
  read(this: void, path: string): Promise<string | undefined>;
  /**
   * The identity of a file: it differs from every other file's, and from its own before a change. Undefined if there is no
   * file. A thread asks for it, and a process has four threads: in a sample, a hung file system costs one of them, and no
   * event.
   */
  identify(this: void, path: string): Promise<string | undefined>;
  /** The names in a directory, sorted byte by byte, or undefined if there is none. */
  list(this: void, path: string): Promise<readonly string[] | undefined>;
  /** Whether this process may execute it as a program. */
  isExecutable(this: void, path: string): Promise<boolean>;
  /**
   * The first of these paths that is not a directory. Undefined if all are. A child process looks, so that a hung file
   * system cannot block more than this event.
   */
  findMissingDirectory(this: void, paths: readonly string[]): Promise<string | undefined>;
}

/**
 * Changes files.
 *
 * @example
 * export default definePlugin({
 *   async ipreallocated({ changes }, { addresses, edit, service }) {
 *     if (!changes.any) return;
 *     const listen = (await addresses()).map(({ ip }) => `listen ${ip}`);
 *     await edit.write('/etc/web/listen.conf', `${listen.join('\n')}\n`);
 *     await service.reload('web');
 *   },
 * });
 */
export interface FileChanges {
  /** Replaces the file's text, or makes the file. */
  write(this: void, path: string, text: string): Promise<void>;
  /** Replaces the file's text by the result of `change`, which gets undefined for a missing file. */
  update(this: void, path: string, change: (text: string | undefined) => string): Promise<void>;
  /** Makes a directory and its parents. An existing one stays as it is. */
  makeDirectory(this: void, path: string): Promise<void>;
  /** Makes a directory and its parents. An existing one is emptied. */
  emptyDirectory(this: void, path: string): Promise<void>;
}

import { bytesOf } from '../text/bytes-as-text.ts';
import type { Convention } from './entry.ts';

/** The kind of a file in an event directory, by its name. */
export type FileName =
  | { readonly kind: 'plugin' | 'script'; readonly name: string }
  | { readonly kind: 'options' }
  | { readonly kind: 'ignored'; readonly why: string };

const pluginExtension = /\.(?:ts|mts|js|mjs)$/;
const ordered = /^\d\d\../s;

/** Longest script name of the older convention. ctdbd before 4.6 cut longer ones (CTDB_MAX_SCRIPT_NAME). */
const oldNameBytesMax = 31;

/**
 * Reads a file name as ctdbd would, and plugin names besides.
 *
 * CTDB 4.9 and later take what matches `[0-9][0-9].*.script` (run_event.c); before, `NN.name` without a `~` or a
 * second dot.
 */
export function readFileName(file: string, convention: Convention): FileName {
  if (file.endsWith('.options')) return { kind: 'options' };
  if (file.includes('~')) return { kind: 'ignored', why: 'a name with ~ is an editor backup' };
  if (pluginExtension.test(file)) return readPluginName(file);
  if (file.endsWith('.script.stock'))
    return { kind: 'ignored', why: 'CTDB’s own, which ctdb-hook script restore puts back' };
  return convention === 'legacy' ? readScriptName(file) : readOldScriptName(file);
}

function readPluginName(file: string): FileName {
  const name = file.replace(pluginExtension, '');
  if (!ordered.test(name))
    return { kind: 'ignored', why: 'NN is missing: a plugin is named NN.name.ts, such as 60.nfs.ts' };
  if (name.endsWith('.d')) return { kind: 'ignored', why: 'a type declaration, not a plugin' };
  return { kind: 'plugin', name };
}

function readScriptName(file: string): FileName {
  if (!file.endsWith('.script'))
    return { kind: 'ignored', why: 'its name does not end in .script, .ts, .mts, .js or .mjs' };
  const name = file.slice(0, -'.script'.length);
  if (!ordered.test(name)) return { kind: 'ignored', why: 'NN is missing: a script is named NN.name.script' };
  return { kind: 'script', name };
}

function readOldScriptName(file: string): FileName {
  if (!ordered.test(file)) return { kind: 'ignored', why: 'NN is missing: a script is named NN.name' };
  if (file.indexOf('.', 3) !== -1) return { kind: 'ignored', why: 'a second dot: ctdbd takes it for a copy' };
  if (bytesOf(file).length > oldNameBytesMax)
    return { kind: 'ignored', why: `its name is longer than ${oldNameBytesMax} bytes` };
  return { kind: 'script', name: file };
}

/** Compares names byte by byte, as strcmp does: 10.A before 10.a before 10.b. */
export const byName = (a: string, b: string): number => Buffer.compare(bytesOf(a), bytesOf(b));

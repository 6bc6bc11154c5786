import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginName } from './plugin-name.ts';
import type { Installation } from './project-texts.ts';

/**
 * The three commands that come next: test, try, and check types too.
 *
 * @param folder of the project; `way` is how the caller gets there, `.` if he is there
 */
export function nextCommands(
  { whole }: PluginName,
  { folder, way }: { readonly folder: string; readonly way: string },
  { command, inScripts }: Installation,
): readonly [string, string, string] {
  const go = way === '.' ? '' : `cd ${quoted(way)} && `;
  const all = hasOwnTest(folder, inScripts) ? 'npm test' : `npx tsc && ${command} node --test`;
  return [`${go}${command} node --test`, `${command} try ${whole}.ts`, `npm install && ${all}`];
}

/** Whether `npm test` there is what `ctdb-hook new` has written. */
function hasOwnTest(folder: string, inScripts: string): boolean {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts?: { test?: string };
  };
  return scripts?.test?.endsWith(`${inScripts} node --test`) === true;
}

/** A word for a shell. */
const quoted = (word: string): string =>
  /^[\w./@%+=:,-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", "'\\''")}'`;

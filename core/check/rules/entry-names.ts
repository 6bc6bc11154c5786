import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ignored } from '../../event-directory/entry.ts';
import { pluginDirectory } from '../../event-directory/plugin-file.ts';
import { nearest } from '../../events/nearest.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** Whether files of the event directory have names by which they are something. */
export const entryNames: Rule = {
  id: 'entry-names',
  summary: 'files of the event directory have names by which they run',
  scope: 'files',
  check: (subject) => Promise.resolve(findingsIn(subject)),
};

function findingsIn({ directory }: Subject): readonly Finding[] {
  if ('fault' in directory) return [];
  const names = directory.entries.map(({ name }) => name);
  const places = new Set([directory.path, pluginDirectory(directory.path)]);
  return [
    ...directory.ignored.map(ignoredFinding),
    ...[...places].flatMap((place) => optionsWithoutEntry(place, names)),
  ];
}

/** What is a script or a plugin by the end of its name was most likely meant to run. */
function ignoredFinding({ path, why }: Ignored): Finding {
  const isMeant = /^(?:NN is missing|\S+ is the plugin of that name)/.test(why);
  return { severity: isMeant ? 'warning' : 'note', path, what: `does not run: ${why}` };
}

function optionsWithoutEntry(place: string, names: readonly string[]): Finding[] {
  return namesIn(place).flatMap((file): Finding[] => {
    const name = basename(file, '.options');
    if (name === file || names.includes(name)) return [];
    const near = nearest(name, names);
    return [
      {
        severity: 'warning',
        path: join(place, file),
        what: `is read by nobody: there is no ${name} beside it`,
        ...(near !== undefined && { hint: `did you mean ${near}.options?` }),
      },
    ];
  });
}

function namesIn(place: string): readonly string[] {
  try {
    return readdirSync(place).sort();
  } catch {
    return []; // The event directory has been read; there need be no other.
  }
}

import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { builtinPlugin, targetOf } from '../../event-directory/builtin.ts';
import type { Entry } from '../../event-directory/entry.ts';
import { findingOf } from '../line-findings.ts';
import type { Finding, Rule } from '../rule.ts';
import { loadPlugins } from '../subject.ts';

/** Whether each plugin loads. */
export const pluginLoads: Rule = {
  id: 'plugin-loads',
  summary: 'each plugin loads, in a process of its own',
  scope: 'files',
  async check(subject) {
    const loaded = await loadPlugins(subject);
    return loaded.flatMap(({ entry, report: { fault, isKept, isRefused } }): Finding[] => {
      if (fault === undefined) return [];
      const elsewhere = subject.isNode ? undefined : placeOnNode(entry);
      if (elsewhere !== undefined) return [elsewhere];
      if (isRefused === true) return subject.isNode ? [] : [notLoadedByRoot(entry, fault)]; // `ownership` has said so.
      const instead = isKept ? '; its last good version goes on' : '';
      const finding = findingOf('error', fault);
      return [
        { path: entry.path, ...finding, what: `${entry.name} does not load: ${finding.what}${instead}` },
      ];
    });
  },
};

const notLoadedByRoot = ({ path, name }: Entry, why: string): Finding => ({
  severity: 'warning',
  path,
  what: `${name} was not loaded, for root runs nobody else’s code: ${why}`,
  hint: 'check as the user whose files these are',
});

/** A link that leads to a place on the node, which is not here. That of a built-in plugin can be told by its name. */
function placeOnNode({ name, path }: Entry): Finding | undefined {
  if (existsSync(path)) return undefined;
  const target = targetOf(path) ?? '';
  const folder = basename(dirname(target));
  const isBuiltin = basename(target) === 'plugin.ts' && builtinPlugin(folder) !== undefined;
  if (isBuiltin && folder === name)
    return { severity: 'note', path, what: `is the built-in ${name}, at ${target} on the node` };
  return {
    severity: 'note',
    path,
    what: `leads to ${target}, which is not on this machine: it was not loaded`,
  };
}

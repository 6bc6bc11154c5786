import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { checkTrust, checkTrustOnTheWay, Untrusted } from '../../files/trust.ts';
import { pluginFile } from '../../run/plugin/entry-plugin.ts';
import { PluginLoadError } from '../../plugin-loading/load-error.ts';
import type { Finding, Rule } from '../rule.ts';
import { pluginsOf, scriptsOf, type Subject } from '../subject.ts';

/** Whether somebody beside root could change what runs as root. */
export const ownership: Rule = {
  id: 'ownership',
  summary: 'nobody but root can change what root runs: owners, modes, ACLs',
  scope: 'machine',
  check: (subject) => {
    const found = new Map<string, Finding>();
    const look = (
      severity: Finding['severity'],
      path: string,
      consequence: string,
      check: () => void,
    ): void => {
      const why = whyUntrusted(check);
      // One directory above all of them is one finding.
      if (why !== undefined && !found.has(why))
        found.set(why, {
          severity,
          path,
          what: `${why}: ${consequence}`,
          hint: 'chown root, and chmod go-w',
        });
    };
    for (const entry of pluginsOf(subject))
      look('error', entry.path, `${entry.name} is refused`, () => pluginFile(entry));
    for (const path of optionFiles(subject))
      look('error', path, 'no plugin takes options from it', () => checkTrust(path));
    for (const { path, disabled } of scriptsOf(subject))
      if (disabled === undefined)
        look('warning', path, 'CTDB runs it as root all the same', () => checkTrustOnTheWay(path));
    return Promise.resolve([...found.values()]);
  },
};

const optionFiles = ({ base, directory }: Subject): readonly string[] => {
  const own =
    'fault' in directory ? [] : directory.entries.map(({ name }) => join(directory.path, `${name}.options`));
  return [join(base, 'script.options'), join(base, 'rc.local'), ...own].filter((path) => existsSync(path));
};

function whyUntrusted(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Untrusted) return error.message;
    if (error instanceof PluginLoadError) return undefined; // Said when it is loaded.
    throw error;
  }
}

import { join } from 'node:path';
import { readCtdbConf } from '../../ctdb-config/ctdb-conf.ts';
import { parseCtdbConf } from '../../ctdb-config/parse-ctdb-conf.ts';
import { nearest } from '../../events/nearest.ts';
import { findingOf } from '../line-findings.ts';
import { type FileLines, isFinding, readLines } from '../read-lines.ts';
import type { Finding, Rule } from '../rule.ts';

/** The settings of ctdb.conf(5), from 4.9 to 4.25, by section. */
const known: Readonly<Record<string, readonly string[]>> = {
  logging: ['location', 'log level'],
  cluster: [
    'transport',
    'node address',
    'cluster lock',
    'recovery lock',
    'leader timeout',
    'leader capability',
    'nodes list',
  ],
  database: [
    'volatile database directory',
    'persistent database directory',
    'state database directory',
    'lock debug script',
    'tdb mutexes',
  ],
  event: ['debug script'],
  failover: ['disabled', 'shutdown failover timeout', 'shutdown extra timeout'],
  legacy: [
    'realtime scheduling',
    'recmaster capability',
    'lmaster capability',
    'start as stopped',
    'start as disabled',
    'script log level',
  ],
};

/** The values of ctdb.conf, and settings that nobody reads. */
export const ctdbConf: Rule = {
  id: 'ctdb-conf',
  summary: 'ctdb.conf has settings that CTDB knows, with values that it takes',
  scope: 'files',
  async check({ base }) {
    const { problems } = await readCtdbConf(base);
    const read = await readLines(join(base, 'ctdb.conf'));
    if (read === undefined || isFinding(read)) return problems.map((problem) => findingOf('error', problem));
    return [
      ...problems.map((problem) => findingOf('error', problem)),
      ...unknownSettings(read),
      ...skippedLines(read),
    ];
  },
};

function unknownSettings({ path, text }: FileLines): Finding[] {
  return parseCtdbConf(text, path).settings.flatMap(({ section, key, line }): Finding[] => {
    const name = section?.toLowerCase() ?? '';
    const keys = known[name];
    if (keys?.includes(key) === true) return [];
    const near = nearest(key, keys ?? Object.values(known).flat());
    const place = { severity: 'warning', path, line } as const;
    if (keys === undefined) {
      const what = section === undefined ? `${key} is in no section` : `there is no section [${section}]`;
      const nearSection = nearest(name, Object.keys(known));
      return [
        {
          ...place,
          what: `${what}: CTDB passes it over without a word`,
          ...(nearSection !== undefined && { hint: `did you mean [${nearSection}]?` }),
        },
      ];
    }
    const home = Object.entries(known).find(([, others]) => others.includes(key))?.[0];
    const hint = home === undefined ? near && `did you mean ${near}?` : `it belongs in [${home}]`;
    return [
      {
        ...place,
        what: `there is no setting "${key}" in [${section ?? ''}]: CTDB passes it over without a word`,
        ...(hint !== undefined && { hint }),
      },
    ];
  });
}

/** What is no setting, no section and no comment is skipped. */
function skippedLines({ path, lines }: FileLines): Finding[] {
  return lines.flatMap((raw, index): Finding[] => {
    const text = raw.trim();
    const isContinued = index > 0 && /\\[ \t\r]?$/.test(lines[index - 1] ?? '');
    if (text === '' || /^[#;[]/.test(text) || text.includes('=') || isContinued) return [];
    const what = `${JSON.stringify(text.slice(0, 80))}: a line without = is passed over, expected "setting = value"`;
    return [{ severity: 'warning', path, line: index + 1, what }];
  });
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../events/nearest.ts';
import { type FileLines, isFinding, readLines } from '../read-lines.ts';
import type { Finding, Rule } from '../rule.ts';

/** The tunables that `ctdb listvars` of 4.13, 4.17 and 4.22 shows. Their case does not matter. */
const known = (
  'AllowClientDBAttach AllowMixedVersions AllowUnhealthyDBRead ControlTimeout DBRecordCountWarn DBRecordSizeWarn DBSizeWarn ' +
  'DatabaseHashSize DatabaseMaxDead DeferredAttachTO ElectionTimeout EnableBans EventScriptTimeout FetchCollapse ' +
  'HopcountMakeSticky IPAllocAlgorithm KeepaliveInterval KeepaliveLimit LockProcessesPerDB LogLatencyMs MaxQueueDropMsg ' +
  'MonitorInterval MonitorTimeoutCount NoIPFailback NoIPHostOnAllDisabled NoIPTakeover PullDBPreallocation QueueBufferSize ' +
  'RecBufferSizeLimit RecLockLatencyMs RecdFailCount RecdPingTimeout RecoverInterval RecoverTimeout RecoveryBanPeriod ' +
  'RecoveryDropAllIPs RecoveryGracePeriod RepackLimit RerecoveryTimeout SamplingInterval SeqnumInterval StatHistoryInterval ' +
  'StickyDuration StickyPindown TDBMutexEnabled TakeoverTimeout TickleUpdateInterval TraverseTimeout VacuumFastPathCount ' +
  'VacuumInterval VacuumMaxRunTime VerboseMemoryNames'
).split(' ');

const inLowerCase: ReadonlySet<string> = new Set(known.map((name) => name.toLowerCase()));

/** What becomes of a line that is wrong: tried with 4.13, 4.17 and 4.22. */
const consequence = 'ctdbd goes on with the default (4.17 and later), or ends at setup (4.13)';

/** ctdb.tunables, and from CTDB 4.23 on tunables.d. */
export const tunables: Rule = {
  id: 'tunables',
  summary: 'ctdb.tunables has tunables that ctdbd knows, with a number each',
  scope: 'files',
  async check({ base }) {
    const found: Finding[] = [];
    for (const path of [join(base, 'ctdb.tunables'), ...filesIn(join(base, 'tunables.d'))]) {
      const read = await readLines(path);
      if (read !== undefined) found.push(...(isFinding(read) ? [read] : findingsIn(read)));
    }
    return found;
  },
};

function findingsIn({ path, lines, text }: FileLines): Finding[] {
  const found = lines.flatMap((line, index) => lineFindings(line, { path, line: index + 1 }));
  if (text === '' || text.endsWith('\n')) return found;
  const what = 'the last line has no line break at its end: 00.ctdb of CTDB 4.13 does not set it';
  return [...found, { severity: 'note', path, line: lines.length, what }];
}

function lineFindings(line: string, place: { readonly path: string; readonly line: number }): Finding[] {
  if (/^\s*(?:[#;].*)?$/.test(line)) return [];
  const [, name, value] = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
  if (name === undefined || value === undefined)
    return [
      { ...place, severity: 'error', what: `${JSON.stringify(line)}, expected NAME=NUMBER: ${consequence}` },
    ];
  if (!inLowerCase.has(name.toLowerCase())) {
    const near = nearest(name, known);
    const what = `there is no tunable ${name}: ${consequence}`;
    return [
      { ...place, severity: 'warning', what, ...(near !== undefined && { hint: `did you mean ${near}?` }) },
    ];
  }
  if (/^(?:\d+|0x[\da-f]+)$/i.test(value)) return [];
  return [
    {
      ...place,
      severity: 'error',
      what: `${name} is ${JSON.stringify(value)}, expected a number and nothing else: ${consequence}`,
    },
  ];
}

function filesIn(directory: string): readonly string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.tunables'));
    return names.sort().map((name) => join(directory, name));
  } catch {
    return []; // There need not be one.
  }
}

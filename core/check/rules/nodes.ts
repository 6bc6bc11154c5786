import { join } from 'node:path';
import { parseCtdbConf } from '../../ctdb-config/parse-ctdb-conf.ts';
import { canonicalIp } from '../../events/address.ts';
import { type FileLines, isFinding, readLines } from '../read-lines.ts';
import type { Finding, Rule } from '../rule.ts';

/** The nodes file as ctdbd reads it; tried with 4.17 and 4.22. */
export const nodes: Rule = {
  id: 'nodes',
  summary: 'ctdbd takes the nodes file, and each node has an address of its own',
  scope: 'files',
  async check({ base, isNode }) {
    const path = join(base, 'nodes');
    const read = await readLines(path);
    if (read === undefined) {
      if (await hasNodesList(base)) return [];
      return [
        { severity: isNode ? 'error' : 'warning', path, what: 'is missing: ctdbd does not start without it' },
      ];
    }
    return isFinding(read) ? [read] : findingsIn(read);
  },
};

/** Whether ctdb.conf has the nodes elsewhere. */
async function hasNodesList(base: string): Promise<boolean> {
  const read = await readLines(join(base, 'ctdb.conf'));
  if (read === undefined || isFinding(read)) return false;
  return parseCtdbConf(read.text, read.path).settings.some(({ key }) => key === 'nodes list');
}

/** A node that has a number. */
export interface ListedNode {
  readonly pnn: number;
  readonly line: number;
  readonly ip: string;
}

/** The nodes of the file that are not deleted, and what is wrong with the others. */
export function readNodes({ path, lines }: FileLines): {
  nodes: readonly ListedNode[];
  findings: readonly Finding[];
} {
  const found: ListedNode[] = [];
  const findings: Finding[] = [];
  let pnn = 0;
  for (const [index, raw] of lines.entries()) {
    const text = raw.replace(/^[ \t]+|[ \t\r]+$/g, '');
    const place = { path, line: index + 1 };
    if (text === '') continue; // It has no number.
    const ip = canonicalIp(text);
    if (text.startsWith('#')) findings.push(...commentFindings(place, text, pnn));
    else if (ip === undefined) findings.push(wrongAddress(place, text));
    else {
      const other = found.find((node) => node.ip === ip);
      if (other !== undefined) {
        const what = `node ${pnn} has the address ${ip} of node ${other.pnn} (line ${other.line}), so it can never join`;
        findings.push({ ...place, severity: 'error', what });
      }
      found.push({ pnn, line: index + 1, ip });
    }
    pnn += 1;
  }
  return { nodes: found, findings };
}

function findingsIn(read: FileLines): readonly Finding[] {
  const { nodes: found, findings } = readNodes(read);
  if (found.length > 0) return findings;
  return [...findings, { severity: 'error', path: read.path, what: 'has no node: ctdbd does not start' }];
}

/** A line with a hash is a node that was deleted, whatever is in it: so it has a number. */
function commentFindings(place: { path: string; line: number }, text: string, pnn: number): Finding[] {
  if (canonicalIp(text.replace(/^#+[ \t]*/, '')) !== undefined) return [];
  const what = `ctdbd takes this comment for node ${pnn}, deleted: the nodes below it have a number more than without it`;
  return [
    {
      ...place,
      severity: 'warning',
      what,
      hint: 'remove it on all nodes at once, with ctdb stopped: numbers change',
    },
  ];
}

function wrongAddress(place: { path: string; line: number }, text: string): Finding {
  const what = `${JSON.stringify(text)}, expected an IPv4 or IPv6 address and nothing else: ctdbd does not start`;
  return { ...place, severity: 'error', what };
}

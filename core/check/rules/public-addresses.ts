import { join } from 'node:path';
import { parsePublicAddresses } from '../../ctdb-config/public-addresses.ts';
import { interfacePlugin } from '../../run/act-without-host.ts';
import { findingOf } from '../line-findings.ts';
import { type FileLines, isFinding, readLines } from '../read-lines.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { readNodes } from './nodes.ts';

/** The public_addresses file as ctdbd reads it, and as CTDB's own 10.interface does. */
export const publicAddresses: Rule = {
  id: 'public-addresses',
  summary: 'ctdbd takes public_addresses, and CTDB’s scripts read the same in it',
  scope: 'files',
  async check(subject) {
    const read = await readLines(join(subject.base, 'public_addresses'));
    if (read === undefined) return [];
    if (isFinding(read)) return [read];
    const { path, text } = read;
    const { errors, addresses } = parsePublicAddresses(text, path);
    const nodes = await readLines(join(subject.base, 'nodes'));
    const ofNodes = nodes === undefined || isFinding(nodes) ? [] : readNodes(nodes).nodes;
    return [
      ...errors.map((error) => {
        // ctdbd starts with the one, and not with the others.
        const isPassedOver = error.includes(' is passed over, ');
        const finding = findingOf(isPassedOver ? 'warning' : 'error', error);
        return isPassedOver
          ? finding
          : { ...finding, what: `${finding.what}: ctdbd does not start, or cannot take the address` };
      }),
      ...addresses.flatMap(({ ip, line }): Finding[] => {
        const node = ofNodes.find((each) => each.ip === ip);
        if (node === undefined) return [];
        const what = `${ip} is the address of node ${node.pnn} in the nodes file: it would be taken off that node`;
        return [{ severity: 'error', path, line, what }];
      }),
      ...misreadings(read, runsStockScript(subject) ? 'error' : 'note'),
    ];
  },
};

/** Whether CTDB's own 10.interface reads the file, and not the plugin. */
function runsStockScript({ directory }: Subject): boolean {
  if ('fault' in directory) return false;
  const entry = directory.entries.find(({ name }) => name === interfacePlugin);
  return entry?.kind === 'script' && entry.disabled === undefined;
}

/** What CTDB's script takes for names of interfaces, which it then monitors. */
function misreadings({ path, lines }: FileLines, severity: 'error' | 'note'): Finding[] {
  return lines.flatMap((raw, index): Finding[] => {
    const place = { severity, path, line: index + 1 };
    const monitors = (name: string): string =>
      `CTDB’s own 10.interface monitors an interface ${JSON.stringify(name)}, which is none: the node is UNHEALTHY`;
    if (raw.startsWith('#')) return [];
    if (/^[ \t]+#/.test(raw))
      return [{ ...place, what: `a comment that does not begin at the start of its line: ${monitors('#')}` }];
    if (/^[ \t]*\S+[ \t].*[ \t]#/.test(raw))
      return [{ ...place, what: `text after the interfaces: ${monitors('#')}` }];
    if (raw.endsWith('\r')) {
      const name = raw.split(/[ \t,]+/).at(-1) ?? '';
      return [{ ...place, what: `the line ends in CRLF: ${monitors(name)}` }];
    }
    return [];
  });
}

import { findingOf } from '../line-findings.ts';
import type { Finding, Rule } from '../rule.ts';
import { loadPlugins } from '../subject.ts';

/** Whether plugins take the values of their options. */
export const pluginOptions: Rule = {
  id: 'plugin-options',
  summary: 'the options of each plugin have values that it takes',
  scope: 'files',
  async check(subject) {
    const loaded = await loadPlugins(subject);
    const faults = loaded.flatMap(({ report }) => report.optionFaults ?? []);
    const leftOut = loaded.flatMap(({ report }) => report.leftOut ?? []);
    return [
      ...[...new Set(faults)].map((fault): Finding =>
        findingOf(fault.includes('is no option of') ? 'warning' : 'error', fault),
      ),
      ...[...new Set(leftOut)].map((path): Finding => ({
        severity: 'note',
        path,
        what: 'is left out: only a shell can read it, and none is run for a directory that is not this node’s',
      })),
    ];
  },
};

import { findingOf } from '../line-findings.ts';
import type { Rule } from '../rule.ts';

/** Whether the event directory can be read, and what its reader says of it. */
export const eventDirectory: Rule = {
  id: 'event-directory',
  summary: 'the event directory can be read',
  scope: 'files',
  check: ({ directory }) => {
    if ('fault' in directory) return Promise.resolve([{ severity: 'error', what: directory.fault }]);
    return Promise.resolve(directory.problems.map((problem) => findingOf('error', problem)));
  },
};

import { findAllocationProblem } from '../allocation-problem.ts';
import type { Rule } from '../rule.ts';

/** How long ctdbd takes to distribute many addresses. */
export const allocation: Rule = {
  id: 'allocation',
  summary: 'ctdbd distributes the public addresses in reasonable time',
  scope: 'files',
  async check({ base, isNode }) {
    const problem = await findAllocationProblem(base, isNode);
    return problem === undefined ? [] : [{ severity: 'warning', what: problem }];
  },
};

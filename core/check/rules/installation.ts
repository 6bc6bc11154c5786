import { installationProblems } from '../../ctdb-installation/installation-problems.ts';
import type { Rule } from '../rule.ts';

/** What CTDB's programs do not say of the installation. */
export const installation: Rule = {
  id: 'installation',
  summary: 'CTDB’s programs say where its files are, and its release is known',
  scope: 'machine',
  check: ({ environment }) =>
    Promise.resolve(installationProblems(environment).map((what) => ({ severity: 'warning', what }))),
};

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { validateConf } from '../../ctdb-config/validate-conf.ts';
import type { Rule } from '../rule.ts';

/** What CTDB's own program has against ctdb.conf. */
export const ctdbConfigValidate: Rule = {
  id: 'ctdb-config-validate',
  summary: 'the CTDB that is installed takes ctdb.conf',
  scope: 'machine',
  async check({ paths: { helperDir }, environment }) {
    const program = join(helperDir, 'ctdb-config');
    if (!existsSync(program)) return { skipped: `there is no ${program}` };
    const found = await validateConf(helperDir, environment);
    return found.map((what) => ({ severity: what.endsWith('without a word') ? 'warning' : 'error', what }));
  },
};

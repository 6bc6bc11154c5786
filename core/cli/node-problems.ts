import { findAllocationProblem } from '../check/allocation-problem.ts';
import { readCtdbConf } from '../ctdb-config/ctdb-conf.ts';
import { installationProblems } from '../ctdb-installation/installation-problems.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { validateConf } from '../ctdb-config/validate-conf.ts';
import { receivedEnvironment } from '../process/environment.ts';

/** What is wrong with this node's CTDB and with its ctdb.conf, as found by us and by CTDB's own program, and what makes it slow. */
export async function findNodeProblems(): Promise<readonly string[]> {
  const { base, helperDir } = ctdbPaths(process.env);
  const { problems } = await readCtdbConf(base);
  const refused = await validateConf(helperDir, receivedEnvironment());
  const allocation = await findAllocationProblem(base);
  const slow = allocation === undefined ? [] : [allocation];
  return [...installationProblems(process.env), ...problems, ...refused, ...slow];
}

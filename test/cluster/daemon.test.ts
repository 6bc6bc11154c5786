import { beforeAll, describe } from 'vitest';
import { testAfterStop } from './after-stop-scenarios.ts';
import type { Cluster } from './cluster.ts';
import { testGracePeriods } from './grace-period-scenarios.ts';
import { setGracePeriods } from './grace-periods.ts';
import { testIsolation } from './isolation-scenarios.ts';
import { testOnCall } from './on-call-scenarios.ts';
import { startOwnCluster } from './own-cluster.ts';
import { testReconcile } from './reconcile-scenarios.ts';
import { testSoak } from './soak-scenario.ts';
import { testStatus } from './status-scenarios.ts';
import { testSwitching } from './switching-scenarios.ts';

/** One cluster for all of it, since it takes longer to start than most of these tests; each leaves it as it was. */
describe('our event daemon under the real ctdbd', () => {
  let cluster: Cluster;
  const get = (): Cluster => cluster;

  beforeAll(async () => {
    const kernel = setGracePeriods(false);
    cluster = await startOwnCluster();
    return async () => {
      await cluster.stop();
      kernel[Symbol.dispose]();
    };
  });

  beforeAll(async () => {
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
  });

  testStatus(get);
  testOnCall(get);
  testReconcile(get);
  testGracePeriods(get);
  testIsolation(get);
  testSwitching(get);
  testAfterStop(get);
  testSoak(get);
});

import { releaseUnderTest } from './releases.ts';
import { describeScenarios } from './scenarios.ts';

describeScenarios('a cluster with plugins as links to bin/ctdb-hook, beside shell scripts', {
  scripts: releaseUnderTest.scripts,
  links: ['10.interface', '60.nfs', '70.author'],
});

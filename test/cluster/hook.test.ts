import { describeScenarios } from './scenarios.ts';

describeScenarios('a cluster with plugins as links to bin/ctdb-hook, beside shell scripts', {
  scripts: ['00.ctdb', '05.system'],
  links: ['10.interface', '60.nfs', '70.author'],
});

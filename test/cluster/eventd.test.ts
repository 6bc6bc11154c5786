import { describeScenarios } from './scenarios.ts';

describeScenarios('a cluster with our event daemon on every node', {
  scripts: ['00.ctdb', '05.system', '10.interface'],
  plugins: ['10.interface', '60.nfs'],
  eventd: () => 'ours',
});

describeScenarios('a cluster with our event daemon on one of three nodes', {
  scripts: ['00.ctdb', '05.system'],
  links: ['10.interface', '60.nfs', '70.author'],
  eventd: (pnn) => (pnn === 0 ? 'ours' : 'stock'),
});

import { releaseUnderTest } from './releases.ts';
import { describeScenarios } from './scenarios.ts';

describeScenarios('a cluster with our event daemon on every node', {
  scripts: releaseUnderTest.scripts,
  plugins: ['10.interface', '60.nfs'],
  eventd: () => 'ours',
});

describeScenarios('a cluster with our event daemon on one of three nodes', {
  scripts: releaseUnderTest.scripts,
  links: ['10.interface', '60.nfs', '70.author'],
  eventd: (pnn) => (pnn === 0 ? 'ours' : 'stock'),
});

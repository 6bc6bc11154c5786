import { afterAll, beforeAll } from 'vitest';
import { describeAnswers } from '../answers/answer-scenarios.ts';
import { describeLogs } from '../answers/log-scenarios.ts';
import type { ProgramRoot } from '../answers/program-root.ts';
import { Machine } from '../cluster/machine.ts';
import { releaseUnderTest } from '../cluster/releases.ts';
import { eventd } from '../support/eventd-node.ts';

/* What the client of this release prints of its own event daemon and of ours, and what the two log. */

const { suite, ctdb, root, helperDir } = releaseUnderTest;

let machine: Machine | undefined;

beforeAll(async () => {
  machine = await Machine.start('answers', { root });
});

afterAll(async () => {
  await machine?.powerOff();
});

function inMachine(): ProgramRoot {
  if (machine === undefined) throw new Error('no machine');
  const enter = ['nsenter', ...machine.entrance()];
  return { path: machine.outside(''), enter, helperDir, release: ctdb, eventd };
}

describeAnswers(`CTDB of Debian ${suite}`, inMachine);
describeLogs(`CTDB of Debian ${suite}`, inMachine);

import { describeAnswers } from '../answers/answer-scenarios.ts';
import { describeLogs } from '../answers/log-scenarios.ts';
import { thisMachine } from '../answers/program-root.ts';

const name = `CTDB ${thisMachine.release}`;
describeAnswers(name, () => thisMachine);
describeLogs(name, () => thisMachine);

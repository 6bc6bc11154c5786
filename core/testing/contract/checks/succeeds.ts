import type { Check } from '../check.ts';
import { life } from '../subject.ts';

/** All else is judged by what the plugin does where nothing is wrong. */
export const succeeds: Check = {
  title: 'succeeds at every event of a node on which all is well',
  concerns: () => true,
  async run(subject) {
    await using node = await subject.node();
    for (const step of life) await subject.raiseWell(node, step);
  },
};

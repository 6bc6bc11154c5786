import type { Check } from '../check.ts';
import { ContractBroken } from '../contract-broken.ts';
import { stepAt } from '../subject.ts';

/** How long is waited for what a handler has left behind, in milliseconds of the node's clock. */
const waitMs = 60_000;

/** What goes on after a handler has returned runs beside the next event, and nobody knows if it fails. */
export const nothingLeft: Check = {
  title: 'leaves no work behind that nobody awaits',
  concerns: () => true,
  async run(subject) {
    for (const place of subject.handledSteps) {
      const step = stepAt(place);
      await using node = await subject.nodeAt(place);
      const { did, plugins } = await subject.raise(node, step);
      const left = plugins.flatMap((each) => each.left.map((line) => line.trim()));
      if (left.length > 0)
        throw new ContractBroken(
          `${step.join(' ')} returns while this goes on, expected \`await\`: ${left.join('; ')}`,
        );
      const before = did.length;
      await node.clock.advance(waitMs);
      const later = did.slice(before);
      if (later.length > 0)
        throw new ContractBroken(`${step.join(' ')} does this after it has returned: ${later.join(', ')}`);
      const [report] = node.reports;
      if (report !== undefined)
        throw new ContractBroken(`${step.join(' ')} leaves an error that nobody awaits: ${report}`);
    }
  },
};

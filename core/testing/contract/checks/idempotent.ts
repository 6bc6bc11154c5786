import type { Check } from '../check.ts';
import { expectAlike } from '../compare-worlds.ts';
import { placeOf, stepAt } from '../subject.ts';

/** ctdbd raises `takeip` and `releaseip` again where a takeover run failed, on other nodes too. */
export const idempotent: Check = {
  title: 'has the same world after a second takeip or releaseip as after the first',
  concerns: (subject) => subject.handles('takeip'),
  async run(subject) {
    for (const event of ['takeip', 'releaseip'] as const) {
      const place = placeOf(event);
      const step = stepAt(place);
      await using node = await subject.nodeAt(place);
      const first = await subject.raiseWell(node, step);
      const before = { title: `after the first ${event}`, world: node.world.snapshot, did: first.did };
      // The address must be gone for it to be put on again: 10.interface is not what is tried here.
      if (event === 'takeip' && subject.isMovedForIt) node.kernel.removeAll(step[2] ?? '');
      const second = await subject.raise(node, step);
      const after = { title: `after the second`, world: node.world.snapshot, did: second.did };
      expectAlike(`a second ${step.join(' ')} changes the world`, before, after);
    }
  },
};

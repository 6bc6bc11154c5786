import type { Check } from '../check.ts';
import { expectAlike, type SeenWorld } from '../compare-worlds.ts';
import { ContractBroken } from '../contract-broken.ts';
import { sideBySide } from '../side-by-side.ts';
import { placeOf, stepAt, type Subject } from '../subject.ts';

const place = placeOf('ipreallocated');
const step = stepAt(place);

/** Changes are told until they are acknowledged; a plugin acts on them once. */
export const deferredOnce: Check = {
  title: 'does its deferred work once at ipreallocated, and not again without another change',
  concerns: (subject) => subject.handles('ipreallocated'),
  async run(subject) {
    await using idle = await subject.nodeAt(placeOf('startipreallocate'));
    await subject.raiseWell(idle, step);
    const steady = await subject.raiseWell(idle, step);
    await using node = await subject.nodeAt(place);
    const first = await subject.raiseWell(node, step);
    const before = { title: 'first ipreallocated', world: node.world.snapshot, did: first.did };
    const second = await subject.raiseWell(node, step);
    const after = { title: 'second ipreallocated', world: node.world.snapshot, did: second.did };
    expectAlike('an ipreallocated without a change changes the world', before, after);
    const again = second.did.filter((each) => !steady.did.includes(each));
    if (again.length > 0)
      throw new ContractBroken(
        `it does again what it has done, although no address has moved since: ${again.join(', ')}. What was done:\n` +
          sideBySide([before.title, before.did], [after.title, after.did]),
      );
  },
};

/** If it fails, ctdbd tries again: then everything must be done that was to be done. */
export const deferredAgain: Check = {
  title: 'does its deferred work after a failure, whatever of it failed',
  concerns: (subject) => subject.handles('ipreallocated'),
  async run(subject) {
    await using straight = await subject.nodeAt(place);
    const { did } = await subject.raiseWell(straight, step);
    const without = { title: 'without a failure', world: straight.world.snapshot, did };
    await subject.eachCall([place], (_place, call) => failOnce(subject, call, without));
  },
};

async function failOnce(subject: Subject, call: string, without: SeenWorld): Promise<void> {
  await using node = await subject.nodeAt(place);
  node.fail(call);
  const failed = await subject.raise(node, step);
  if (failed.ok) return; // The plugin does without: what that leaves undone is its own.
  const told = failed.changes?.any === true;
  if (told && failed.acknowledged)
    throw new ContractBroken(
      `ipreallocated fails at "${call}", and its changes are acknowledged all the same`,
    );
  const again = await subject.raiseWell(node, step, `after it had failed once at "${call}"`);
  const did = [...failed.did, ...again.did];
  const after = { title: `failed at "${call}", then again`, world: node.world.snapshot, did };
  expectAlike(`what failed once at "${call}" is not all done at the next ipreallocated`, without, after);
  const undone = without.did.filter((each) => !did.includes(each));
  if (undone.length > 0)
    throw new ContractBroken(
      `after a failure at "${call}" it does not do again: ${undone.join(', ')}. What was done:\n` +
        sideBySide([without.title, without.did], [after.title, did]),
    );
}

import type { TestNode } from '../../node/test-node.ts';
import type { Check } from '../check.ts';
import { expectAlike, type SeenWorld } from '../compare-worlds.ts';
import { life, type Step, stepAt, type Subject } from '../subject.ts';

/** The life without its end: what is there then is what clients see. */
const serving = life.slice(0, -1);

/** A process that runs plugins may be replaced between any two events, as when a plugin's file changes. */
export const survivesRestart: Check = {
  title: 'comes to the same whether or not its process is another at each event',
  concerns: () => true,
  async run(subject) {
    await using node = await subject.node();
    const did: string[] = [];
    for (const step of serving) {
      await node.restart({ [subject.name]: await subject.loadAnew() });
      did.push(...(await subject.raiseWell(node, step, 'in another process than the event before')).did);
    }
    const after = { title: 'another process at each event', world: node.world.snapshot, did };
    expectAlike('the world differs if processes are replaced', (await straightLife(subject))(0), after);
  },
};

/** A process may be killed at any time. ctdbd raises the event again. */
export const survivesKill: Check = {
  title: 'comes to the same if its process is killed at any call of any event, and the event is raised again',
  concerns: () => true,
  async run(subject) {
    const straight = await straightLife(subject);
    const places = subject.handledSteps.filter((at) => at < serving.length);
    await subject.eachCall(places, (place, call) => killAt(subject, place, call, straight(place)));
  },
};

/** A life without anything wrong. Answers what it comes to, with what is done in it from a step on. */
async function straightLife(subject: Subject): Promise<(from: number) => SeenWorld> {
  await using node = await subject.node();
  const did: (readonly string[])[] = [];
  for (const step of serving) did.push((await subject.raiseWell(node, step)).did);
  const world = node.world.snapshot;
  return (from) => ({ title: 'without it', world, did: did.slice(from).flat() });
}

async function killAt(subject: Subject, place: number, call: string, straight: SeenWorld): Promise<void> {
  await using node = await subject.nodeAt(place);
  const when = `after its process was killed at "${call}" of ${stepAt(place).join(' ')}`;
  node.kill(call);
  const killed = await subject.raise(node, stepAt(place));
  const did = [...killed.did];
  const again = killed.ended === 'killed' ? afterKill(node, stepAt(place)) : [];
  for (const step of [...again, ...serving.slice(place + 1)])
    did.push(...(await subject.raiseWell(node, step, when)).did);
  expectAlike(`the world differs ${when}`, straight, { title: 'with it', world: node.world.snapshot, did });
}

/** What ctdbd raises: the event again; an address that is there already it has released first, for its takeover run has failed. */
function afterKill({ kernel }: TestNode, step: Step): readonly Step[] {
  const [event, iface = '', ip = '', bits = ''] = step;
  if (event !== 'takeip' || kernel.find(ip).length === 0) return [step];
  return [['releaseip', iface, ip, bits], step];
}

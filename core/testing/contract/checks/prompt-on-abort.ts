import type { Check } from '../check.ts';
import { ContractBroken } from '../contract-broken.ts';
import { stepAt, type Subject } from '../subject.ts';

/** How long after a call began its event is cancelled, in milliseconds. */
const cancelAfterMs = 100;

/** ctdbd cancels events, and ends those that take too long: what hangs must not hold the next one up. */
export const promptOnAbort: Check = {
  title: 'ends promptly when its event is cancelled, whatever it waits for',
  concerns: () => true,
  async run(subject) {
    await subject.eachCall(subject.handledSteps, (place, call) => cancelAt(subject, place, call));
  },
};

async function cancelAt(subject: Subject, place: number, call: string): Promise<void> {
  const [event, ...argv] = stepAt(place);
  await using node = await subject.nodeAt(place);
  node.hang(call);
  const raising = node.start(event, ...argv);
  node.world.faults.watch((words) => {
    if (words === call) node.clock.schedule(cancelAfterMs, raising.cancel);
  });
  const { plugins, tookMs } = await raising.done;
  const own = plugins.find(({ name }) => name === subject.name);
  if (own?.isUnwound === false)
    throw new ContractBroken(
      `${event} goes on after it was cancelled while "${call}" hung, for ${tookMs - cancelAfterMs} ms and longer, expected it to ` +
        'end: wait for what `ctx.signal` ends, and pass errors of the context on',
    );
}

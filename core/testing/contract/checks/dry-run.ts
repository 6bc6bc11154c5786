import { ChangedFiles } from '../../../explain/dry-run/changed-files.ts';
import { DryAddresses } from '../../../explain/dry-run/dry-addresses.ts';
import { createDryContext } from '../../../explain/dry-run/dry-context.ts';
import { StepRecorder } from '../../../explain/dry-run/step-recorder.ts';
import type { Raising } from '../../node/test-node.ts';
import type { Check } from '../check.ts';
import { ContractBroken } from '../contract-broken.ts';
import { stepAt, type Subject } from '../subject.ts';

/** `ctdb-hook explain` tries the plugin with a context that changes nothing, on a node that serves. */
export const dryRun: Check = {
  title: 'changes nothing in a dry run, which says what it would change',
  concerns: () => true,
  async run(subject) {
    for (const place of subject.handledSteps) await tryDry(subject, place);
  },
};

async function tryDry(subject: Subject, place: number): Promise<void> {
  const [event, ...argv] = stepAt(place);
  await using real = await subject.nodeAt(place);
  const { did } = await subject.raise(real, stepAt(place));
  /** Nothing is dry until the step itself. */
  const trial: { recorder?: StepRecorder; raising?: Raising } = {};
  await using node = await subject.nodeAt(place, {
    replaceContext: (context) =>
      trial.recorder === undefined
        ? context
        : createDryContext(trial.recorder, context, event, {
            addresses: new DryAddresses(),
            files: new ChangedFiles(),
          }),
  });
  const recorder = new StepRecorder(() => trial.raising?.cancel());
  trial.recorder = recorder;
  trial.raising = node.start(event, ...argv);
  const dry = await trial.raising.done;
  if (dry.did.length > 0)
    throw new ContractBroken(
      `${event} changes this in a dry run: ${dry.did.join(', ')}, expected ctx.act for what changes something`,
    );
  const isTold = recorder.needs !== undefined || recorder.steps.some(({ word }) => word === 'would run');
  if (did.length > 0 && !isTold)
    throw new ContractBroken(`${event} does this, and its dry run says nothing of it: ${did.join(', ')}`);
}

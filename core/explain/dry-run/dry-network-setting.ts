import type { Network } from '../../network/network.ts';
import type { DryAddresses } from './dry-addresses.ts';
import type { StepRecorder } from './step-recorder.ts';

/** What the network of a dry run is made from. */
export interface DryNetworkSetting {
  readonly recorder: StepRecorder;
  readonly real: Network;
  readonly addresses: DryAddresses;
  /** The interfaces that would be brought up. */
  readonly raised: Set<string>;
}

/** Asks the kernel as it is now. A command before may have changed the answer: that is said. */
export function askKernel<T>({ recorder }: DryNetworkSetting, look: () => Promise<T>): Promise<T> {
  const change = recorder.lastChange('command', 'service');
  if (change !== undefined)
    recorder.assume(change.what, 'the kernel answers what is asked next as it does now');
  return look();
}

import type { Network } from '../../network/network.ts';
import type { DryAddresses } from './dry-addresses.ts';
import { dryChanges } from './dry-network-changes.ts';
import { dryFinders } from './dry-network-finders.ts';
import type { DryNetworkSetting } from './dry-network-setting.ts';
import type { StepRecorder } from './step-recorder.ts';

/** Makes a network that looks at the kernel, and changes nothing of it. What it would change is seen by who looks afterwards. */
export function createDryNetwork(recorder: StepRecorder, real: Network, addresses: DryAddresses): Network {
  const setting: DryNetworkSetting = { recorder, real, addresses, raised: new Set() };
  return {
    name: real.name,
    ...(real.why !== undefined && { why: real.why }),
    ...dryFinders(setting),
    ...dryChanges(setting),
  };
}

/** Everything that `ctdb-hook/testing` exports. */
export { testNode } from './node/make-test-node.ts';
export { TestNode, type Raising, type TestNodeSetting } from './node/test-node.ts';
export type { PluginResult, RaiseResult } from './node/raise-result.ts';
export { BareTime } from './node/own-process.ts';
export { NotDeclared } from './world/caller.ts';
export { VirtualClock } from './world/virtual-clock.ts';
export { World, type WorldSetting, type WorldSnapshot } from './world/world.ts';
export type { CommandAnswer, CommandCall, CommandPattern } from './world/commands.ts';
export type { FailsAs } from './world/faults.ts';
export type { OutcomeGiven } from './world/outcome.ts';
export { describePluginContract, type TestRunner } from './contract/describe-plugin-contract.ts';
export { ContractBroken } from './contract/contract-broken.ts';
export type { ContractSetting } from './contract/subject.ts';

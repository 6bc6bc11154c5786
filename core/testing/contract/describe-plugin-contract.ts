import { authorFrames } from '../../plugin-loading/author-frames.ts';
import type { Check } from './check.ts';
import { deferredAgain, deferredOnce } from './checks/deferred-work.ts';
import { dryRun } from './checks/dry-run.ts';
import { idempotent } from './checks/idempotent.ts';
import { nothingLeft } from './checks/nothing-left.ts';
import { promptOnAbort } from './checks/prompt-on-abort.ts';
import { releasesAnyway } from './checks/releases-anyway.ts';
import { succeeds } from './checks/succeeds.ts';
import { survivesKill, survivesRestart } from './checks/survives-restart.ts';
import { ContractBroken } from './contract-broken.ts';
import { fileBeside } from './load-anew.ts';
import { type ContractSetting, Subject } from './subject.ts';

/** `describe` and `test` of vitest, node:test or another runner. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>) => unknown;
}

const checks: readonly Check[] = [
  succeeds,
  idempotent,
  deferredOnce,
  deferredAgain,
  promptOnAbort,
  nothingLeft,
  survivesRestart,
  survivesKill,
  releasesAnyway,
  dryRun,
];

/**
 * Tests what any plugin must hold, in a fake world: that of `prepare`, on which all is well.
 *
 * @param runner `describe` and `test` of the test runner; without it those that are global
 * @example
 * describePluginContract(web, { name: '70.web', prepare: (node) => node.services.define('nginx') }, { describe, test });
 */
export function describePluginContract(
  plugin: object,
  setting: ContractSetting,
  { describe, test }: TestRunner = globalRunner(),
): void {
  const [caller] = authorFrames(new Error());
  const file = setting.file ?? (caller && fileBeside(setting.name, caller.path));
  const subject = new Subject(plugin, { ...setting, ...(file !== undefined && { file }) });
  describe(`the contract of every plugin, held by ${setting.name}`, () => {
    for (const check of checks.filter(({ concerns }) => concerns(subject)))
      test(check.title, () => runCheck(check, subject));
  });
}

/** A check in which no event of the plugin's was raised has tested nothing. */
async function runCheck(check: Check, subject: Subject): Promise<void> {
  const before = subject.handled;
  await check.run(subject);
  if (subject.handled === before)
    throw new ContractBroken(
      `${subject.name} handles none of the events that were raised, so this has tested nothing: it handles ` +
        ([...subject.plugin.handlers.keys()].join(', ') || 'no event'),
    );
}

function globalRunner(): TestRunner {
  const { describe, test } = globalThis as unknown as Partial<TestRunner>;
  if (describe === undefined || test === undefined)
    throw new Error(
      'describePluginContract finds no describe and test: give it { describe, test } of vitest or node:test as third argument',
    );
  return { describe, test };
}

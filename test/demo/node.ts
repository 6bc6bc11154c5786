import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checks } from './checks.ts';
import { becomesTrue } from '../../core/try/deadline.ts';
import { runEvent } from './hook.ts';
import { findAddresses } from '../../core/try/kernel.ts';
import { ifaces } from './addresses.ts';
import { entries } from './lay-out.ts';
import { calls, scriptVarDir } from './paths.ts';
import { showRun } from '../../core/try/show-run.ts';

/** The node whose events are raised: what it has to have after each, and what it has been seen to do. */
export class DemoNode {
  readonly #checks: Checks;
  readonly #raised: string[] = [];
  #hosted: readonly string[] = [];

  constructor(checks: Checks) {
    this.#checks = checks;
  }

  /** Raises an event, shows it, and looks whether the node has these addresses now; without any, the same as before. */
  async raise(event: readonly string[], hosted: readonly string[] = this.#hosted): Promise<void> {
    const before = await findAddresses(ifaces);
    const run = await runEvent(event);
    const after = await findAddresses(ifaces);
    showRun(run, before, after);
    const name = event.join(' ');
    this.#raised.push(name);
    this.#hosted = hosted;
    this.#checks.equal(
      `${name} ends with status`,
      run.ok ? run.status : `${run.status}, exit status 1`,
      'OK',
    );
    const order = run.entries.map((entry) => entry.name);
    this.#checks.equal(
      `${name} runs its entries in order`,
      order,
      entries.map((entry) => entry.name),
    );
    this.#checks.equal(`the addresses of the kernel after ${name}`, [...after].sort(), [...hosted].sort());
  }

  /** The events raised so far, with their arguments. */
  get raised(): readonly string[] {
    return this.#raised;
  }

  /** What the author's plugin announced so far, a line for each time it had something to do. */
  get announcements(): readonly string[] {
    return linesOf(join(scriptVarDir, 'announcements'));
  }

  /** What the legacy script wrote into its journal. */
  get journal(): readonly string[] {
    return linesOf(join(scriptVarDir, 'journal'));
  }

  /** The calls of stand-ins that begin with these words. */
  calls(words: string): readonly string[] {
    return linesOf(calls).filter((call) => call.startsWith(words));
  }

  /** How often the statd helper was told to notify clients, once it is as often as it should: that runs on its own. */
  async countNotifications(expected: number): Promise<number> {
    const count = (): number => this.calls('statd_callout_helper notify').length;
    await becomesTrue(() => count() >= expected);
    return count();
  }
}

function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}

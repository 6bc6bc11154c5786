import type { Checks } from './checks.ts';
import type { DemoNode } from './node.ts';
import { note } from '../../core/try/show-run.ts';

/** How often the two plugins that put work off until ipreallocated have done it: that of an author, and 60.nfs. */
export class DeferredWork {
  readonly #node: DemoNode;
  readonly #checks: Checks;
  #announced = 0;
  #notified = 0;

  constructor(node: DemoNode, checks: Checks) {
    this.#node = node;
    this.#checks = checks;
  }

  /** Looks whether each did it this often since it was looked at last, and shows how often it was. */
  async check(times: number): Promise<void> {
    const announced = this.#node.announcements.length - this.#announced;
    const notified = (await this.#node.countNotifications(this.#notified + times)) - this.#notified;
    const last = this.#node.raised.at(-1) ?? '';
    this.#checks.equal(`deferred work of 40.announce done by the end of ${last}`, announced, times);
    this.#checks.equal(`deferred work of 60.nfs done by the end of ${last}`, notified, times);
    note('deferred', `work done: 40.announce ${announced} x, 60.nfs ${notified} x (statd notification)`);
    this.#announced += announced;
    this.#notified += notified;
  }
}

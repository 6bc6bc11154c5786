import { constants } from 'node:os';
import type { Observing } from '../../plugin-api/context.ts';
import type { Caller } from './caller.ts';
import type { Faults } from './faults.ts';

/** The TCP ports of a fake node: where something listens. */
export class FakePorts {
  readonly #faults: Faults;
  readonly #listening = new Set<number>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Something listens there. */
  listen(...ports: readonly number[]): void {
    for (const port of ports) this.#listening.add(port);
  }

  /** Nothing listens there any more. */
  close(...ports: readonly number[]): void {
    for (const port of ports) this.#listening.delete(port);
  }

  /** `checkTcpPort` of a plugin. */
  for(caller: Caller): Observing<unknown>['checkTcpPort'] {
    return (port) =>
      this.#faults.call(caller, {
        words: ['port', `${port}`],
        isChange: false,
        work: () => (this.#listening.has(port) ? constants.errno.EADDRINUSE : 0),
        failed: () => constants.errno.EACCES,
      });
  }
}

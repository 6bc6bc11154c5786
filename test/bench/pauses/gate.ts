import { closeSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sharedDirectory, type Machine } from '../../cluster/machine.ts';
import type { ClusterNode } from '../../cluster/node.ts';

const directory = `${sharedDirectory}/gate`;

/** Between two looks, in milliseconds. */
const pollMs = 2;

/** Longest time that a takeover run may take to come to the gate, in milliseconds. */
const patienceMs = 30_000;

/**
 * An event script before all that releases an address. It notes that the one in `armed` is about to be released, and waits
 * to be let on, where that says so.
 */
const script = `#!/bin/sh
[ "$1" = releaseip ] && read ip waits 2>/dev/null <${directory}/armed && [ "$3" = "$ip" ] || exit 0
rm ${directory}/armed
: >${directory}/reached
[ "$waits" = no ] || timeout 5 cat ${directory}/go || true
`;

/** Tells when an address is about to be released, and holds that until clients have done something. */
export class Gate {
  readonly #outside: (name: string) => string;

  private constructor(machine: Machine) {
    this.#outside = (name) => machine.outside(`${directory}/${name}`);
  }

  /** Makes it, on a machine that shares files with the nodes. */
  static async make(machine: Machine): Promise<Gate> {
    await machine.run('sh', '-ec', `mkdir -p ${directory} && mkfifo ${directory}/go`);
    return new Gate(machine);
  }

  /** Installs its script on a node. Our event daemon does not start it for other events. */
  static async install(node: ClusterNode): Promise<void> {
    await node.install('02.gate.script', script);
    await node.machine.write(node.entryPath('02.gate.options'), '# ctdb-hook: events releaseip\n');
  }

  /** Notes when this address is released the next time, and has that wait. */
  arm(ip: string, waits: boolean): void {
    rmSync(this.#outside('reached'), { force: true });
    writeFileSync(this.#outside('armed'), `${ip} ${waits ? 'yes' : 'no'}\n`);
  }

  /** Returns when the release begins, and when that was, in milliseconds since 1970. */
  async reached(): Promise<number> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const stat = statSync(this.#outside('reached'), { throwIfNoEntry: false });
      if (stat !== undefined) return Math.round(stat.mtimeMs);
      if (Date.now() > deadline) throw new Error(`No address was released in ${patienceMs} ms`);
      await delay(pollMs);
    }
  }

  /** Lets it go on. */
  async open(): Promise<void> {
    for (;;) {
      try {
        closeSync(openSync(this.#outside('go'), constants.O_WRONLY | constants.O_NONBLOCK));
        return;
      } catch (error) {
        // Nobody reads yet.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
        await delay(pollMs);
      }
    }
  }
}

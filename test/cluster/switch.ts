import { execa } from 'execa';
import { Machine } from './machine.ts';

/** A network switch: what is plugged into it is one Ethernet segment. */
export class Switch {
  /** The machine whose kernel does the switching. */
  readonly machine: Machine;

  private constructor(machine: Machine) {
    this.machine = machine;
  }

  static async start(): Promise<Switch> {
    const machine = await Machine.start('switch');
    await machine.run('ip', 'link', 'add', 'bridge', 'type', 'bridge');
    await machine.run('ip', 'link', 'set', 'bridge', 'up');
    return new Switch(machine);
  }

  /** Gives the machine an eth0 that leads here, with these addresses (IP/BITS). */
  async plug(machine: Machine, addresses: readonly string[]): Promise<void> {
    const port = portOf(machine);
    const here = ['name', port, 'netns', `${this.machine.pid}`];
    // Run outside of both, because it names both by their process ids, which only mean something outside.
    await execa('ip', [
      'link',
      'add',
      ...here,
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      `${machine.pid}`,
    ]);
    await this.machine.run('ip', 'link', 'set', port, 'master', 'bridge', 'up');
    await machine.run('ip', 'link', 'set', 'eth0', 'up');
    for (const address of addresses) {
      // IPv6 addresses are tentative for a second or two otherwise, and nobody else can have these.
      const options = address.includes(':') ? ['nodad'] : [];
      await machine.run('ip', 'addr', 'add', address, 'dev', 'eth0', ...options);
    }
  }

  /** Pulls the machine's cable: not a packet of what happens to it from now on gets out. */
  async unplug(machine: Machine): Promise<void> {
    await this.machine.run('ip', 'link', 'set', portOf(machine), 'down');
  }
}

const portOf = (machine: Machine): string => `to-${machine.name}`;

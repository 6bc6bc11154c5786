import { expect, test } from 'vitest';
import { type Fault, type FaultName, faults } from './faults.ts';
import { nodeEvents } from './events-of-a-node.ts';
import { type WayToRun, BrokenNode } from './broken-node.ts';
import { startRunner } from './event-runner.ts';
import { expectedAnswers } from './expected-answers.ts';

/** How long a node may take for all its events on a busy machine, in milliseconds; on a quiet one it is seconds. */
const patienceMs = 300_000;

/** Breaks a node in each way there is, has it run all events, and compares what comes of them with the table. */
export function checkLaw(mode: WayToRun): void {
  const names = (Object.keys(faults) as FaultName[]).filter(
    (name) => expectedAnswers[name][mode] !== undefined,
  );
  test.each(names)(
    '%s: each event is answered as the table says, and the addresses are where they must be',
    async (name) => {
      const fault: Fault = faults[name];
      const node = await BrokenNode.make(mode);
      const runner = await startRunner(mode, node, fault);
      // Everything was well before: there are last good versions.
      for (const event of ['startup', 'monitor']) {
        const { isOk, output } = await runner.run({ name: event, then: [] });
        expect({ event, isOk, output }).toMatchObject({ isOk: true });
      }
      if (mode !== 'daemon') node.hostIsReady();
      node.sh(fault.shell ?? '');
      await runner.deprive(fault);
      const said: string[] = [];
      const seen: object[] = [];
      for (const event of nodeEvents) {
        const { isOk, output } = await runner.run(event);
        said.push(output);
        seen.push({ event: event.name, isOk, addresses: node.addresses() });
      }
      const { fails = [], says = '' } = expectedAnswers[name][mode] ?? {};
      const all = `${said.join('')}\n${node.eventd.log()}`;
      expect(seen, all).toEqual(
        nodeEvents.map(({ name: event, then }) => ({ event, isOk: !fails.includes(event), addresses: then })),
      );
      expect(all).toContain(says);
    },
    patienceMs,
  );
}

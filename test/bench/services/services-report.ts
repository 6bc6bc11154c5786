import { format } from 'prettier';
import { mean, median } from '../statistics.ts';
import type { Samples } from '../take-turns.ts';
import { cadences, type NamedCadence } from './cadences.ts';
import type { Side } from './serving-node.ts';

/** The first line of the table. */
export const servicesHeading =
  '| `monitor` of 10.interface, 50.samba and 60.nfs | netlink, ms | commands, ms | CTDB’s scripts, ms | netlink : CTDB | commands : CTDB |';

/** In the order of the table. */
const sides: readonly Side[] = ['netlink', 'commands', 'stock'];

/** Whether everything was measured that the report tells of. */
export const hasServices = (samples: Samples): boolean =>
  cadences.every(({ name }) => samples[`stock ${name}`] !== undefined);

/** What `monitor` of live services costs, as Markdown. */
export function servicesReport(samples: Samples): Promise<string> {
  const rounds = cadences.map(({ name }) => samples[`stock ${name}`]?.length ?? 0);
  const parts = [
    `The processor time that a \`monitor\` of Debian’s smbd, nfs-ganesha and rpcbind takes, with CTDB’s check files for them, on
    nodes of the real ctdbd: user and system time of the event daemon and of all that it starts. It is the mean of
    ${rounds.join(' and ')} rounds, in which the three nodes take turns. Under netlink much of it is done between events: RPC
    services are called every 10 seconds and directories looked for every 15, or once before a \`monitor\` that comes less
    often; the callout is asked every 60, and testparm every 300, which the rounds of 15 seconds need not contain.`,
    [
      servicesHeading,
      '| --- | ---: | ---: | ---: | ---: | ---: |',
      ...cadences.flatMap((cadence) => lines(cadence, samples)),
    ].join('\n'),
    `The event is answered, ${cadences.map((cadence) => answered(cadence, samples)).join('; ')} (medians).`,
  ];
  return format(parts.join('\n\n'), { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
}

function lines({ name, isCtdbds }: NamedCadence, samples: Samples): string[] {
  const pace = `${name}${isCtdbds ? ', as ctdbd raises it' : ''}`;
  return [
    line(`${pace}, with all that is done between events`, name, samples),
    line(`${name}, the event alone`, `${name}, event`, samples),
  ];
}

function line(what: string, measured: string, samples: Samples): string {
  const [netlink = NaN, commands = NaN, stock = NaN] = sides.map((side) =>
    mean(samples[`${side} ${measured}`] ?? []),
  );
  const times = [netlink, commands, stock].map((ms) => ms.toFixed(1));
  return `| ${[what, ...times, (netlink / stock).toFixed(2), (commands / stock).toFixed(2)].join(' | ')} |`;
}

function answered({ name }: NamedCadence, samples: Samples): string {
  const [netlink, commands, stock] = sides.map((side) =>
    median(samples[`${side} ${name}, took`] ?? []).toFixed(0),
  );
  return `${name}, after ${netlink ?? ''} ms, by commands after ${commands ?? ''}, by CTDB’s scripts after ${stock ?? ''}`;
}

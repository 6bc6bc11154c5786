import { basename } from 'node:path';
import type { Entry } from '../../event-directory/entry.ts';
import { readPublicAddresses } from '../../ctdb-config/public-addresses.ts';
import { interfacePlugin } from '../../run/act-without-host.ts';
import type { Finding, Rule } from '../rule.ts';

/** What runs twice, in the place of another, or not at all although it is needed. */
export const entryOrder: Rule = {
  id: 'entry-order',
  summary: 'nothing runs twice, and what moves public addresses runs',
  scope: 'files',
  async check({ base, directory }) {
    if ('fault' in directory) return [];
    const enabled = directory.entries.filter(({ disabled }) => disabled === undefined);
    const configured = await readPublicAddresses(base).catch(() => undefined);
    return [
      ...directory.entries.flatMap(replacement),
      ...twice(enabled),
      ...(configured === undefined ? [] : withoutMover(enabled, configured.ips.length)),
    ];
  },
};

function replacement({ name, path, replaces, disabled }: Entry): Finding[] {
  if (replaces === undefined) return [];
  const what =
    disabled === undefined
      ? `${name} runs in the place of ${basename(replaces)}`
      : `${name} is disabled (${disabled}), and so is ${basename(replaces)}, in whose place it is`;
  return [{ severity: disabled === undefined ? 'note' : 'warning', path, what }];
}

/** The same name at two places of the order is most likely one file that was renamed by copying it. */
function twice(enabled: readonly Entry[]): Finding[] {
  const byRest = Map.groupBy(enabled, ({ name }) => name.slice(3).toLowerCase());
  return [...byRest.values()].flatMap(([first, ...others]) =>
    others.map(({ name, path }): Finding => ({
      severity: 'warning',
      path,
      what: `${name} runs at each event beside ${first?.name ?? ''}, which has the same name at another place of the order`,
    })),
  );
}

function withoutMover(enabled: readonly Entry[], addresses: number): Finding[] {
  if (addresses === 0 || enabled.some(({ name }) => name === interfacePlugin)) return [];
  return [
    {
      severity: 'warning',
      what: `public_addresses has ${addresses} addresses, and no ${interfacePlugin} is enabled that puts them on an interface`,
      hint: `enable ${interfacePlugin}, the plugin or CTDB’s script, or see that another entry does that`,
    },
  ];
}

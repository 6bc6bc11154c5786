import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { StubNode } from '../stub-node.ts';
import type { Situation } from './situation.ts';

/** A node with these databases, whole as tdbtool makes them, but for those that are damaged. */
export function databaseNode(
  databases: readonly string[],
  damaged: readonly string[] = [],
  missing: readonly string[] = [],
): StubNode {
  const node = new StubNode(missing);
  for (const directory of ['db/volatile', 'db/persistent', 'db/state'])
    mkdirSync(node.path(directory), { recursive: true });
  for (const name of databases)
    execFileSync('tdbtool', [], { input: `create ${node.path(name)}\ninsert a b\nquit\n` });
  // A header alone would be a new database.
  for (const name of damaged) writeFileSync(node.path(name), 'no database at all\n'.repeat(500));
  for (const kind of ['volatile', 'persistent', 'state'])
    node.set(`config/${kind} database directory`, node.path(`db/${kind}`));
  node.write('sysetc/os-release', 'ID=debian');
  return node;
}

const whole = ['db/volatile/locking.tdb.0', 'db/persistent/ctdb.tdb.0', 'db/persistent/secrets.tdb.0'];

type Of = Pick<Situation, 'title' | 'make' | 'events'> & Partial<Situation>;

const compared = (situation: Of): Situation => ({
  plugin: '00.ctdb',
  files: ['db', 'state/attached', 'state/tunables', 'var/scripts'],
  ...situation,
});

const plainNode = (): StubNode => databaseNode([]);

export const ctdbSituations: readonly Situation[] = [
  ...['init', 'setup', 'startup', 'monitor', 'shutdown', 'ipreallocated', 'recovered'].map((event) =>
    compared({ title: event, make: () => databaseNode(whole), events: [[event]] }),
  ),
  ...['takeip', 'releaseip', 'updateip'].flatMap((event) =>
    [
      [],
      ['eth0'],
      ['eth0', '10.0.0.1', '24'],
      ['eth0', 'eth1', '10.0.0.1', '24'],
      ['eth0', 'eth1', '10.0.0.1', '24', '25'],
    ].map((argv) =>
      compared({
        title: `${event} with ${argv.length} arguments`,
        make: plainNode,
        events: [[event, ...argv]],
      }),
    ),
  ),
  compared({
    title: 'init without a directory of databases',
    make: () => {
      const node = databaseNode([]);
      for (const kind of ['volatile', 'persistent'])
        node.set(`config/${kind} database directory`, node.path('nowhere'));
      return node;
    },
    events: [['init']],
  }),
  compared({
    title: 'init with a damaged volatile database, whose state is emptied',
    make: () => {
      const node = databaseNode(whole, ['db/volatile/brlock.tdb.0', 'db/volatile/locking.tdb.0']);
      node.write('var/scripts/old/state', 'old');
      return node;
    },
    events: [['init']],
  }),
  compared({
    title: 'init with a damaged persistent database',
    make: () => databaseNode(whole, ['db/persistent/secrets.tdb.0', 'db/volatile/locking.tdb.0']),
    events: [['init']],
  }),
  compared({
    title: 'init with damaged files that are no databases of a node',
    make: () =>
      databaseNode(whole, [
        'db/persistent/secrets.tdb.old',
        'db/persistent/notes',
        'db/volatile/locking.tdb.0.20260101.000000.corrupt',
      ]),
    events: [['init']],
  }),
  ...['0', '2', ''].map((max) =>
    compared({
      title: `init with CTDB_MAX_CORRUPT_DB_BACKUPS=${max}`,
      make: () => {
        const backups = ['20250101.000000', '20250102.000000', '20250103.000000'];
        const node = databaseNode(
          [],
          [
            'db/volatile/locking.tdb.0',
            ...backups.map((time) => `db/volatile/locking.tdb.0.${time}.corrupt`),
          ],
        );
        node.write('etc/script.options', `CTDB_MAX_CORRUPT_DB_BACKUPS=${max}`);
        return node;
      },
      events: [['init']],
    }),
  ),
  compared({
    title: 'startup where ctdb.tdb cannot be attached',
    make: () => {
      const node = plainNode();
      node.set('failures', 'ctdb attach ctdb.tdb persistent => no ctdbd');
      return node;
    },
    events: [['startup']],
  }),
  ...['MonitorInterval=20', '# a comment', 'Nonsense=1'].map((line) =>
    compared({
      title: `setup with "${line}" in ctdb.tunables`,
      make: () => {
        const node = plainNode();
        node.write('etc/ctdb.tunables', '', 'EventScriptTimeout=60', line, 'VerifyRecoveryLock=1');
        node.set('failures', 'ctdb setvar Nonsense 1 => Unable to set tunable variable Nonsense');
        return node;
      },
      events: [['setup']],
    }),
  ),
];

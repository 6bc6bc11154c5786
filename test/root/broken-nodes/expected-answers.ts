import type { FaultName } from './faults.ts';
import type { WayToRun } from './broken-node.ts';

/** What is expected of a node with one fault, in one way of running events. */
export interface ExpectedAnswer {
  /** The events that fail; every other succeeds. After each the addresses are where it wants them, be it one of these or not. */
  readonly fails: readonly string[];
  /** What is said, in an event's output or in the log; nothing that has to be said where it is empty. */
  readonly says: string;
}

const goesOn: ExpectedAnswer = { fails: [], says: '' };

/** The same in every way of running events. */
const always = (says: string, fails: readonly string[] = []): Readonly<Record<WayToRun, ExpectedAnswer>> => ({
  daemon: { fails, says },
  link: { fails, says },
  run: { fails, says },
});

/** CTDB's own scripts run in the place of built-in plugins; an author's own are passed over, and fail `startup` and `monitor`. */
const stock = (why: string): Readonly<Record<'link' | 'run', ExpectedAnswer>> => ({
  link: { fails: mayFail, says: `ERROR: ctdb-hook cannot run 10.interface: ${why}` },
  run: { fails: mayFail, says: `ERROR: ctdb-hook cannot run 10.interface: ${why}` },
});

const mayFail = ['startup', 'monitor'] as const;

/** The law of core/README.md as a table. What is not there cannot be: nobody is there to be called. */
export const expectedAnswers: Readonly<
  Record<FaultName, Readonly<Partial<Record<WayToRun, ExpectedAnswer>>>>
> = {
  'full disk': always('db_options.cache is not kept: ENOSPC'),
  'read-only disk': always('db_options.cache is not kept: EROFS'),
  'unreadable and unwritable state directory': always('scripts cannot be emptied: EACCES'),
  'wrong owner': always('belongs to user 65533', mayFail),
  'broken options file': always('60.web goes on with the options that were right last'),
  'broken ctdb.conf': always('WARNING: the databases are not checked'),
  'broken public_addresses': always(
    'public_addresses:3: "10.0.0.3/240", expected a slash and mask bits from 0 to 32',
  ),
  'plugin that does not load': always('WARNING: 60.web does not load, its last good version goes on'),
  'plugin file gone': always('60.web.ts: a dangling link, expected a plugin'),
  'package files being replaced': { daemon: goesOn, ...stock('') },
  'package’s Node being replaced': {
    daemon: goesOn,
    link: goesOn, // The resident host has been started before.
    run: goesOn,
  },
  'package gone': {
    daemon: { fails: [], says: 'expected a plugin: the built-in 10.interface of ctdb-hook runs' },
    link: { fails: mayFail, says: "CTDB's own 10.interface.script runs in its place" },
  },
  'ledger unusable': always('starting a new one'),
  'no memory': {
    daemon: {
      fails: mayFail,
      says: 'WARNING: 10.0.0.1 was taken off w0 without its plugin: no connection was reset',
    },
    ...stock('its Node does not start (status'),
  },
  'no descriptors': {
    daemon: { fails: [], says: 'ctdb: cannot execute: EMFILE' },
    ...stock('its Node does not start (status'),
  },
  'no ctdb': always('ctdb: command not found'),
  'no ip': always(''),
  'no nft': always(''),
  'no koffi': always(''),
};

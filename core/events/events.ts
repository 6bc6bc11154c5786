import type { AddressMove, PublicAddress } from './address.ts';
import type { AddressChanges } from './changes.ts';
import type { Health } from './health.ts';

/** The kinds of argument that ctdbd gives; `arguments.ts` checks each kind. */
export type ArgumentKind = 'interface' | 'old interface' | 'IP' | 'maskbits';

/** One argument of an event: its name for handlers, and its kind. */
export interface ArgumentGrammar {
  readonly name: string;
  readonly kind: ArgumentKind;
}

/** One row of the event table. */
export interface EventDeclaration {
  /** Its arguments, in the order in which ctdbd gives them. */
  readonly arguments: readonly ArgumentGrammar[];
  /** What it is for. */
  readonly meaning: string;
  /** When ctdbd raises it. */
  readonly raised: string;
  /** What ctdbd does when it fails. */
  readonly failure: string;
  /** What ctdbd (4.9 and later) does when it takes longer than EventScriptTimeout. */
  readonly timeout: string;
  /** Whether ctdbd runs it while the cluster is in recovery. */
  readonly inRecovery: boolean;
  /** Whether the `ctdb` command can reach ctdbd meanwhile. */
  readonly ctdbWorks: boolean;
}

const addressArguments = [
  { name: 'iface', kind: 'interface' },
  { name: 'ip', kind: 'IP' },
  { name: 'maskBits', kind: 'maskbits' },
] as const;

/**
 * Every event that ctdbd raises. Events are declared only here: handler types, argument parsing, `ctdb-hook events` and the
 * table in plugins/README.md are derived from this. The facts are CTDB's: ctdb/server/eventscript.c, ctdb_monitor.c and
 * ctdb_recover.c of Samba, ctdb(7), and trials with ctdb 4.17.
 */
export const events = {
  init: {
    arguments: [],
    meaning: 'Clean up what an earlier ctdbd left, check that the node can work',
    raised: 'once, when ctdbd starts, before it listens on its socket',
    failure: 'ctdbd exits',
    timeout: 'ctdbd exits',
    inRecovery: true,
    ctdbWorks: false,
  },
  setup: {
    arguments: [],
    meaning: 'Set tunables and other things that need a running ctdbd',
    raised: 'once, after init, before the node joins the cluster',
    failure: 'ctdbd exits',
    timeout: 'ctdbd exits',
    inRecovery: true,
    ctdbWorks: true,
  },
  startup: {
    arguments: [],
    meaning: 'Start the services',
    raised: 'once, after the first recovery, before the node is healthy',
    failure: 'retried after 5 seconds, without end',
    timeout: 'retried after 5 seconds, without end',
    inRecovery: false,
    ctdbWorks: true,
  },
  shutdown: {
    arguments: [],
    meaning: 'Stop the services',
    raised: 'when ctdbd shuts down',
    failure: 'ignored',
    timeout: 'ignored',
    inRecovery: true,
    ctdbWorks: true,
  },
  monitor: {
    arguments: [],
    meaning: 'Tell whether the services work',
    raised: 'every MonitorInterval (15) seconds; any other event cancels it',
    failure: 'the node becomes UNHEALTHY and its addresses move',
    timeout: 'nothing, until MonitorTimeoutCount (20) in a row make the node UNHEALTHY',
    inRecovery: false,
    ctdbWorks: true,
  },
  takeip: {
    arguments: addressArguments,
    meaning: 'Put a public address on an interface',
    raised: 'for each address this node gets, in a takeover run',
    failure: 'the takeover run fails and is retried; the node may be banned',
    timeout: 'counts as success: the address is announced whether or not it is there',
    inRecovery: false,
    ctdbWorks: true,
  },
  releaseip: {
    arguments: addressArguments,
    meaning: 'Take a public address off its interface and end its connections',
    raised: 'for each address this node must not have, in a takeover run',
    failure: 'not looked at: ctdbd only checks whether the address is gone',
    timeout: 'as for a failure',
    inRecovery: true,
    ctdbWorks: true,
  },
  updateip: {
    arguments: [
      { name: 'oldIface', kind: 'old interface' },
      { name: 'newIface', kind: 'interface' },
      ...addressArguments.slice(1),
    ],
    meaning: 'Move a public address to another interface of this node',
    raised: 'for an address whose interface went down while another of its interfaces works',
    failure: 'the takeover run fails and is retried; the old interface stands',
    timeout: 'as for a failure',
    inRecovery: false,
    ctdbWorks: true,
  },
  startrecovery: {
    arguments: [],
    meaning: 'The databases are about to be recovered',
    raised: 'on every node, when a recovery starts',
    failure: 'the recovery fails and is retried',
    timeout: 'counts as success',
    inRecovery: true,
    ctdbWorks: true,
  },
  recovered: {
    arguments: [],
    meaning: 'The databases are recovered',
    raised: 'on every node, when a recovery ends; before the addresses move (after, up to CTDB 4.3)',
    failure: 'the recovery fails and is retried',
    timeout: 'counts as success',
    inRecovery: false,
    ctdbWorks: true,
  },
  startipreallocate: {
    arguments: [],
    meaning: 'Addresses are about to move',
    raised: 'on every node, when a takeover run starts (CTDB 4.21 and later)',
    failure: 'the takeover run fails and is retried; the node may be banned',
    timeout: 'as for a failure',
    inRecovery: true,
    ctdbWorks: true,
  },
  ipreallocated: {
    arguments: [],
    meaning: 'Addresses have moved: act on all changes at once',
    raised: 'on every node, when a takeover run ends',
    failure: 'the takeover run fails and is retried; the node may be banned',
    timeout: 'as for a failure',
    inRecovery: true,
    ctdbWorks: true,
  },
} as const satisfies Record<string, EventDeclaration>;

/** The name of an event that ctdbd raises. */
export type EventName = keyof typeof events;

/** All events, in the order in which the table declares them. */
export const eventNames = Object.keys(events) as readonly EventName[];

/** Whether ctdbd knows an event of this name. */
export const isEventName = (name: string): name is EventName => Object.hasOwn(events, name);

/** The arguments of an event, by name. */
export type EventArguments<E extends EventName> = E extends 'takeip' | 'releaseip'
  ? PublicAddress
  : E extends 'updateip'
    ? AddressMove
    : unknown;

/** The events at which deferred work is done: their handlers get the changes. */
export type SettlingEvent = 'ipreallocated' | 'recovered';

/** Whether handlers of this event get the changes. */
export const isSettling = (event: string): event is SettlingEvent =>
  event === 'ipreallocated' || event === 'recovered';

/** What a handler receives. */
export type Event<E extends EventName> = Readonly<EventArguments<E>> & {
  readonly name: E;
  /** The arguments exactly as ctdbd gave them. */
  readonly argv: readonly string[];
} & (E extends SettlingEvent ? { readonly changes: AddressChanges } : unknown);

/** What a handler returns. */
export type EventResult<E extends EventName> = E extends 'monitor' ? Health : void;

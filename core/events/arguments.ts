import { canonicalIp, isIface, maskBitsMax } from './address.ts';
import {
  events,
  type ArgumentGrammar,
  type ArgumentKind,
  type EventArguments,
  type EventName,
} from './events.ts';

/** The arguments of an event do not fit its grammar. `message` names the argument, its value and what was expected. */
export class ArgumentsError extends Error {
  override name = 'ArgumentsError';
}

/**
 * Reads the arguments of an event.
 *
 * @throws ArgumentsError with CTDB's own text for a wrong number of arguments, else with the name of the wrong one.
 */
export function parseArguments<E extends EventName>(event: E, argv: readonly string[]): EventArguments<E> {
  const grammar: readonly ArgumentGrammar[] = events[event].arguments;
  if (argv.length !== grammar.length) throw new ArgumentsError(wrongCount(event, grammar, argv));
  const values: Record<string, string | number> = {};
  for (const [index, { name, kind }] of grammar.entries()) {
    const text = argv[index] ?? '';
    const value = read[kind](text, values);
    if (value === undefined) {
      const where = `${event}: argument ${index + 1} (${kind})`;
      throw new ArgumentsError(
        `ERROR: ${where} is ${JSON.stringify(text)}, expected ${expected(kind, values)}`,
      );
    }
    values[name] = value;
  }
  return values as EventArguments<E>;
}

/** The texts of ctdb_check_args in CTDB's `functions`, which administrators know. */
function wrongCount(event: EventName, grammar: readonly ArgumentGrammar[], argv: readonly string[]): string {
  switch (event) {
    case 'takeip':
    case 'releaseip':
      return 'ERROR: must supply interface, IP and maskbits';
    case 'updateip':
      return 'ERROR: must supply old interface, new interface, IP and maskbits';
    default:
      return `ERROR: ${event} takes ${grammar.length} arguments, got ${argv.length}: ${JSON.stringify(argv)}`;
  }
}

type Values = Readonly<Record<string, string | number>>;

const read: Record<ArgumentKind, (text: string, before: Values) => string | number | undefined> = {
  interface: (text) => (isIface(text) ? text : undefined),
  'old interface': (text) => (isIface(text) ? text : undefined),
  IP: canonicalIp,
  maskbits: (text, before) => {
    if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
    return Number(text) <= maskBitsMax(String(before['ip'])) ? Number(text) : undefined;
  },
};

function expected(kind: ArgumentKind, before: Values): string {
  switch (kind) {
    case 'IP':
      return 'an IPv4 or IPv6 address';
    case 'maskbits':
      return `a whole number from 0 to ${maskBitsMax(String(before['ip']))}`;
    case 'interface':
    case 'old interface':
      return 'the name of a network interface';
  }
}

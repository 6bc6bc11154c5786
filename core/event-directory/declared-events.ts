import { closeSync, openSync, readSync } from 'node:fs';
import { isEventName, type EventName } from '../events/events.ts';
import { identityIfThere } from '../files/file-identity.ts';
import { stockEvents } from './stock-events.ts';

/** How much of a file is searched for a declaration, in bytes. It belongs at the top. */
const headBytes = 4096;

/** Most files whose declarations are kept. */
const filesMax = 1000;

/** The declaration is a comment, which a shell ignores: `# ctdb-hook: events startup monitor`. */
const declaration = /^#[ \t]*ctdb-hook:[ \t]*events\b(.*)$/m;

/** What a file declares about the events of a script: nothing, their names, or something wrong. */
type Declared = {
  readonly events?: ReadonlySet<EventName>;
  readonly fault?: string;
  /** Whether it is one of CTDB's own scripts, whose events are known without a declaration. */
  readonly isStock?: boolean;
};

const known = new Map<string, { readonly identity: string; readonly declared: Declared }>();

/**
 * The events that a script declares to handle. The declaration is a comment at the top of its options file
 * (`NN.name.options` beside it) or of the script itself. Undefined if it declares none. At other events the script need not
 * be started, and the start is most of its cost. A wrong declaration counts as none; it is reported each time the file
 * changes. CTDB's own scripts, as they were shipped, need no declaration, unless CTDB_HOOK_STOCK_EVENTS is `all`.
 *
 * @param script the path of the script in the event directory: `.../NN.name.script`
 */
export function declaredEvents(
  script: string,
  report: (message: string) => void,
): ReadonlySet<EventName> | undefined {
  return lookUp(script, report)?.events;
}

/** Whether the events of a script are known because it is one of CTDB's own. */
export const isKnownAsStock = (script: string): boolean => lookUp(script, () => undefined)?.isStock === true;

function lookUp(script: string, report: (message: string) => void): Declared | undefined {
  const places = [script.replace(/(?:\.script)?$/, '.options'), script];
  const found = places.map((path) => declaredIn(path, report));
  const declared = found.find(({ events, isStock = false }) => events !== undefined && !isStock);
  if (declared !== undefined) return declared;
  const isMeant =
    found.some(({ fault }) => fault !== undefined) || process.env['CTDB_HOOK_STOCK_EVENTS'] === 'all';
  return isMeant ? undefined : found[1];
}

function declaredIn(path: string, report: (message: string) => void): Declared {
  const identity = identityIfThere(path);
  if (identity === undefined) return {};
  const before = known.get(path);
  if (before?.identity === identity) return before.declared;
  const declared = readDeclaration(path) ?? readStock(path);
  if (declared.fault !== undefined) report(`WARNING: ${declared.fault}`);
  if (known.size >= filesMax) known.clear();
  known.set(path, { identity, declared });
  return declared;
}

function readStock(path: string): Declared {
  const events = path.endsWith('.options') ? undefined : stockEvents(path);
  return events === undefined ? {} : { events, isStock: true };
}

function readDeclaration(path: string): Declared | undefined {
  const [line, words] = declaration.exec(headOf(path)) ?? [];
  if (words === undefined) return undefined;
  const names = words.split(/[ \t]+/).filter((word) => word !== '');
  const wrong = names.find((name) => !isEventName(name));
  if (wrong === undefined && names.length > 0) return { events: new Set(names.filter(isEventName)) };
  const what = wrong === undefined ? 'no event' : `"${wrong}"`;
  return {
    fault: `${path}: "${line ?? ''}" has ${what}, expected names of events; it is started at all events`,
  };
}

function headOf(path: string): string {
  try {
    const fd = openSync(path, 'r');
    try {
      const head = Buffer.alloc(headBytes);
      return head.toString('utf8', 0, readSync(fd, head));
    } finally {
      closeSync(fd);
    }
  } catch {
    return ''; // Whoever runs the script will find out.
  }
}

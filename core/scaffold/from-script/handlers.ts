import type { CaseItem, Statement } from 'unbash';
import { eventNames, isEventName, type EventName } from '../../events/events.ts';
import { inOrder, isComment, noCode, understood, type Code } from './code.ts';
import type { Scope } from './scope.ts';
import { assignmentsOf, defaultIn, type ScriptShape } from './script-shape.ts';
import type { Statements } from './statements.ts';

/** A handler of the plugin. */
export interface Handler {
  readonly event: EventName;
  readonly code: Code;
}

/** What becomes of a script. */
export interface Handlers {
  readonly handlers: readonly Handler[];
  /** What the script does before each event and is not understood. */
  readonly before: Code;
  /** Branches that are for no event, and what comes after them. */
  readonly others: readonly string[];
}

/** Commands at the beginning of a script for which the context stands. */
const forContext: ReadonlySet<string> = new Set([
  '.',
  'source',
  'load_script_options',
  'ctdb_setup_state_dir',
]);

/** Finds the handlers of a script: the branches of its `case`, each with what comes before all of them. */
export function readHandlers(
  shape: ScriptShape,
  statements: Statements,
  place: (node: Statement) => void,
): Handlers {
  const isForContext = (statement: Statement): boolean => isOfContext(statement);
  for (const statement of shape.before.filter(isForContext)) place(statement);
  const needed = shape.before.filter((statement) => !isForContext(statement));
  const scope = (event: EventName): Scope => ({
    event,
    shape,
    isInFunction: false,
    variables: new Map(),
    depth: 0,
  });
  const common = statements.list(needed, scope('setup'));
  // What is not understood stands once, at the top.
  const isWhole = !common.lines.some(isComment);
  const found = new Map<EventName, Code>();
  const others: string[] = [];
  for (const item of shape.main?.items ?? []) {
    const events = eventsOf(item).filter((event) => !found.has(event));
    if (events.length === 0) others.push(...statements.comment(item).lines);
    for (const event of events) {
      statements.begin();
      const first = isWhole ? statements.list(needed, scope(event)) : noCode;
      found.set(event, inOrder([first, statements.list(item.body.commands, scope(event))]));
    }
  }
  others.push(
    ...shape.after
      .filter((statement) => !isSuccess(statement))
      .flatMap((statement) => statements.comment(statement).lines),
  );
  for (const statement of shape.after.filter(isSuccess)) place(statement);
  return {
    handlers: withItsKind(found),
    before: isWhole ? noCode : onlyComments(needed, statements, scope('setup')),
    others,
  };
}

/** The events of a branch. One with a pattern for anything else is for none. */
function eventsOf({ pattern, terminator }: CaseItem): readonly EventName[] {
  const names = pattern.map(({ text }) => text);
  return names.every(isEventName) && (terminator === undefined || terminator === ';;')
    ? [...new Set(names)]
    : [];
}

function isOfContext({ command }: Statement): boolean {
  if (defaultIn(command) !== undefined) return true;
  if (assignmentsOf(command).some(({ name }) => name === 'CTDB_BASE')) return true;
  if (command.type === 'AndOr')
    return command.commands.flatMap((each) => assignmentsOf(each)).some(({ name }) => name === 'CTDB_BASE');
  return (
    command.type === 'Command' && command.redirects.length === 0 && forContext.has(command.name?.text ?? '')
  );
}

const isSuccess = ({ command }: Statement): boolean =>
  command.type === 'Command' &&
  command.name?.text === 'exit' &&
  ['', '0'].includes(command.args.map(({ text }) => text).join(' '));

/** Without what does nothing: constants, and what is an option. */
const onlyComments = (needed: readonly Statement[], statements: Statements, scope: Scope): Code =>
  inOrder(
    needed
      .filter((statement) => statements.list([statement], scope).lines.length > 0)
      .map((statement) => statements.comment(statement)),
  );

/** A plugin that handles takeip or releaseip handles both, and ipreallocated. */
function withItsKind(found: ReadonlyMap<EventName, Code>): readonly Handler[] {
  const isAboutAddresses = found.has('takeip') || found.has('releaseip');
  const missing = isAboutAddresses
    ? (['takeip', 'releaseip', 'ipreallocated'] as const).filter((event) => !found.has(event))
    : [];
  const nothing = understood(['// The script does nothing here.']);
  return eventNames.flatMap((event) => {
    const code = found.get(event) ?? (missing.some((each) => each === event) ? nothing : undefined);
    return code === undefined ? [] : [{ event, code }];
  });
}

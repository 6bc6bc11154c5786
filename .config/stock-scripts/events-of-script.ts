import { forEachChild, parse, type SyntaxNode } from 'unbash';
import { eventNames } from '../../core/events/events.ts';
import { shapeOf } from '../../core/scaffold/from-script/script-shape.ts';

/**
 * What a script may do at every event and still do nothing at an event that it does not handle: it reads its options, looks whether it
 * is configured, and makes a directory that the events which it handles make as well.
 */
const preparations = new Set([
  ...['[', ':', '.', 'echo', 'export', 'exit', 'die', 'dirname', 'cd'],
  ...[
    'load_script_options',
    'ctdb_setup_state_dir',
    'ctdb_check_args',
    'detect_init_style',
    'nfs_callout_init',
  ],
  ...['have_link_local_config', 'have_public_addresses', 'load_system_config', 'pwd', 'type'],
]);

/** The events that an event script of CTDB handles, by the branches of its `case "$1"`; or why that cannot be told. */
export function eventsOfScript(
  text: string,
): { readonly events: readonly string[] } | { readonly why: string } {
  const script = parse(text);
  if (script.errors !== undefined && script.errors.length > 0) return { why: 'it is not understood' };
  const { main, before, after } = shapeOf(script);
  if (main === undefined) return { why: 'it has no case "$1"' };
  const branches = main.items.flatMap(({ pattern }) => pattern.map((word) => word.text));
  const odd = branches.find((branch) => !/^[a-z]+$/.test(branch));
  if (odd !== undefined) return { why: `it has a branch ${odd}` };
  for (const statement of [...before, ...after]) {
    const more = commandsIn(statement).find((command) => !preparations.has(command));
    if (more !== undefined) return { why: `it calls ${more} at every event` };
  }
  return { events: eventNames.filter((event) => branches.includes(event)) };
}

/** The names of the commands in a part of a script. */
function commandsIn(node: SyntaxNode): string[] {
  const names: string[] = [];
  const visit = (each: SyntaxNode): void => {
    if (each.type === 'Command' && each.name !== undefined) names.push(each.name.text);
    forEachChild(each, visit);
  };
  visit(node);
  return names;
}

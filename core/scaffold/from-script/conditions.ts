import type { AndOr, Command, CommandArgument, PipelineNode, Redirection, Word } from 'unbash';
import { usesOf, type Value } from './code.ts';
import { quote } from './quote.ts';
import type { Scope } from './scope.ts';
import { readWord } from './words.ts';

/** Commands of the shell itself, which are no programs. */
const builtins = new Set(
  'alias bg break builtin cd command continue declare dirs disown echo eval exec exit export fc fg getopts hash help history jobs kill let local logout popd printf pushd pwd read readonly return set shift shopt source suspend test times trap type typeset ulimit umask unalias unset wait die'.split(
    ' ',
  ),
);

/** Whether the output of a command is thrown away: all, none, or undefined if it is something else. */
export function isQuiet(redirects: readonly Redirection[]): boolean | undefined {
  const said = redirects.map((each) =>
    each.type === 'Redirect'
      ? `${each.descriptor?.type === 'FileDescriptor' ? each.descriptor.value : ''}${each.operator}${each.target?.text ?? ''}`
      : '?',
  );
  if (said.length === 0) return false;
  const all = [
    '>/dev/null 2>&1',
    '>/dev/null 2>/dev/null',
    '2>/dev/null >/dev/null',
    '&>/dev/null',
    '1>/dev/null 2>&1',
  ];
  return all.includes(said.join(' ')) ? true : undefined;
}

/** The words of a command that sets no variables for itself. Undefined if it does. */
export const plainWords = ({ prefix, args }: Command): readonly Word[] | undefined =>
  prefix.some((each) => each.type === 'Assignment') ? undefined : wordsOf(args);

/** An argument `NAME=value` is a word of the command like others. */
const wordsOf = (args: readonly CommandArgument[]): readonly Word[] | undefined =>
  args.every((arg) => arg.type === 'Word') ? args : undefined;

/** What a command does, as an expression whose `ok` says whether it succeeded. Undefined if it is not understood. */
export function readAct(command: Command, scope: Scope): Value | undefined {
  const quiet = isQuiet(command.redirects);
  const words = plainWords(command);
  const { name } = command;
  if (quiet === undefined || words === undefined || name === undefined) return undefined;
  if (name.text === 'service') return readService(words, quiet, scope);
  const isProgram = !name.text.includes('_') || name.text.includes('/');
  const program = readWord(name, scope);
  if (!isProgram || program?.constant === undefined || program.constant === '') return undefined;
  if (builtins.has(program.constant) || scope.shape.functions.has(program.constant)) return undefined;
  if (/[[\]:!.=]$|^[[!{}]/.test(program.constant)) return undefined;
  const args = words.map((word) => readWord(word, scope));
  if (!args.every((arg) => arg !== undefined)) return undefined;
  const values = [program, ...args];
  const list = `[${values.map(({ text }) => text).join(', ')}]`;
  return {
    text: `await act(${list}${quiet ? ', { quiet: true }' : ''})`,
    uses: new Set(['act', ...usesOf(values)]),
  };
}

function readService(words: readonly Word[], quiet: boolean, scope: Scope): Value | undefined {
  const [name, action] = words.map((word) => readWord(word, scope));
  const actions = ['start', 'stop', 'restart', 'reload'];
  if (words.length !== 2 || name === undefined || !actions.includes(action?.constant ?? '')) return undefined;
  return {
    text: `await service.${action?.constant ?? ''}(${name.text}${quiet ? ', { quiet: true }' : ''})`,
    uses: new Set(['service', ...name.uses]),
  };
}

/** An expression that is true if this succeeds. Undefined if it is not understood. */
export function readCondition(node: PipelineNode | AndOr, scope: Scope): Value | undefined {
  if (node.type === 'AndOr') return readChain(node.commands, node.operators, scope);
  if (node.type === 'Pipeline') {
    const [only, ...more] = node.commands;
    if (only === undefined || more.length > 0 || node.prefixes.length !== 1) return undefined;
    const value = node.prefixes[0]?.type === 'Negation' ? readCondition(only, scope) : undefined;
    return value && { text: negated(value.text), uses: value.uses };
  }
  if (node.type !== 'Command') return undefined;
  const { name } = node;
  if (name?.text === '[' || name?.text === 'test') return readTest(node, scope);
  if (name?.text === 'ctdb_check_tcp_ports') return readPorts(node, scope);
  if (name?.text === 'ctdb_service_needs_reconfigure') return readChanges(scope);
  const act = readAct(node, scope);
  return act && { text: `(${act.text}).ok`, uses: act.uses };
}

/** `a && b || c` is `(a && b) || c` for a shell. */
export function readChain(
  nodes: readonly PipelineNode[],
  operators: readonly string[],
  scope: Scope,
): Value | undefined {
  const values = nodes.map((node) => readCondition(node, scope));
  if (!values.every((value) => value !== undefined)) return undefined;
  const text = values.reduce(
    (sum, value, index) =>
      index === 0
        ? value.text
        : `${index > 1 ? `(${sum})` : sum} ${operators[index - 1] ?? ''} ${value.text}`,
    '',
  );
  return { text, uses: new Set(usesOf(values)) };
}

/** The opposite of a condition. */
export function negated(text: string): string {
  const [, left, sign, right] =
    /^([^()&|!=]+|\(await [^()]*\([^()]*\)\)) (===|!==) ([^()&|!=]+)$/.exec(text) ?? [];
  if (sign !== undefined) return `${left ?? ''} ${sign === '===' ? '!==' : '==='} ${right ?? ''}`;
  return /^\([^()]*(?:\([^()]*\)[^()]*)*\)\.ok$|^[\w.]+$/.test(text) ? `!${text}` : `!(${text})`;
}

/** The kind of port that CTDB's function looks at: EADDRINUSE when something listens there. */
const listens = 98;

function readPorts(command: Command, { event }: Scope): Value | undefined {
  const ports = plainWords(command)?.map(({ text }) => text);
  if (
    event !== 'monitor' ||
    ports === undefined ||
    ports.length === 0 ||
    isQuiet(command.redirects) === undefined
  )
    return undefined;
  if (!ports.every((port) => /^[1-9]\d{0,4}$/.test(port))) return undefined;
  const text = ports.map((port) => `(await checkTcpPort(${port})) === ${listens}`).join(' && ');
  return { text: ports.length === 1 ? text : `(${text})`, uses: new Set(['checkTcpPort']) };
}

/** What the script has noted at takeip and releaseip is what `changes` has. */
const readChanges = ({ event }: Scope): Value | undefined =>
  event === 'ipreallocated' || event === 'recovered'
    ? { text: 'changes.any', uses: new Set(['event.changes']) }
    : undefined;

const numberTests: Readonly<Record<string, string>> = {
  '-eq': '===',
  '-ne': '!==',
  '-ge': '>=',
  '-gt': '>',
  '-le': '<=',
  '-lt': '<',
};

function readTest(command: Command, scope: Scope): Value | undefined {
  const words = plainWords(command);
  if (words === undefined || isQuiet(command.redirects) === undefined) return undefined;
  const isClosed = words.at(-1)?.text === ']';
  if ((command.name?.text === '[') !== isClosed) return undefined;
  const given = isClosed ? words.slice(0, -1) : words;
  if (given[0]?.text === '!') {
    const value = readTested(given.slice(1), scope);
    return value && { text: negated(value.text), uses: value.uses };
  }
  return readTested(given, scope);
}

function readTested(words: readonly Word[], scope: Scope): Value | undefined {
  const [first, second, third] = words;
  if (first === undefined || words.length > 3) return undefined;
  if (second === undefined)
    return compared(readWord(first, scope), '!==', { text: "''", uses: new Set(), constant: '' });
  if (third !== undefined) return readComparison(first, second.text, third, scope);
  const value = readWord(second, scope);
  if (value === undefined) return undefined;
  switch (first.text) {
    case '-n':
      return compared(value, '!==', { text: "''", uses: new Set(), constant: '' });
    case '-z':
      return compared(value, '===', { text: "''", uses: new Set(), constant: '' });
    case '-x':
      return { text: `(await files.isExecutable(${value.text}))`, uses: new Set(['files', ...value.uses]) };
    default:
      return undefined;
  }
}

function readComparison(left: Word, operator: string, right: Word, scope: Scope): Value | undefined {
  const [a, b] = [readWord(left, scope), readWord(right, scope)];
  if (operator === '=' || operator === '!=') return compared(a, operator === '=' ? '===' : '!==', b);
  const sign = numberTests[operator];
  const [x, y] = [scope.variables.get(/^"\$\{?(\w+)\}?"$/.exec(left.text)?.[1] ?? ''), b?.constant ?? ''];
  if (sign === undefined || x?.isNumber !== true || !/^(?:0|[1-9]\d{0,9})$/.test(y)) return undefined;
  return { text: `${x.text} ${sign} ${y}`, uses: x.uses };
}

/** Of two that are known the outcome is known, too, and somebody has to look why. */
function compared(a: Value | undefined, sign: string, b: Value | undefined): Value | undefined {
  if (a === undefined || b === undefined || (a.constant !== undefined && b.constant !== undefined))
    return undefined;
  const text = (value: Value): string => (value.constant === undefined ? value.text : quote(value.constant));
  return { text: `${text(a)} ${sign} ${text(b)}`, uses: new Set(usesOf([a, b])) };
}

import {
  forEachChild,
  type Assignment,
  type Case,
  type Script,
  type Statement,
  type SyntaxNode,
  type Word,
} from 'unbash';
import { constant, type Value } from './code.ts';

/** An option that a script reads. */
export interface ScriptOption {
  /** What it is where it is not set, if the script says that. */
  readonly default?: string;
}

/** What a script consists of. */
export interface ScriptShape {
  /** `case "$1" in`, whose branches are the events. */
  readonly main: Case | undefined;
  /** What is done before each event, and after. */
  readonly before: readonly Statement[];
  readonly after: readonly Statement[];
  readonly functions: ReadonlyMap<string, Statement>;
  /** Variables that are set once, to what is known now. */
  readonly constants: ReadonlyMap<string, Value>;
  readonly options: ReadonlyMap<string, ScriptOption>;
  /** Whether `$2` may be something else than the second argument. */
  readonly movesArguments: boolean;
}

/** Variables of these names are CTDB's or the shell's own, and no options. */
const noOptions =
  /^(?:CTDB|CTDB_(?:BASE|HELPER_BINDIR|VARDIR|RUNDIR|SCRIPT_\w+|SYS_ETCDIR|SYS_\w*DIR|STATE_\w+|INIT_STYLE|TEST_\w+|NFS_DISTRO_STYLE|EVENT\w*|PNN_?\w*|MY_\w+|BINDIR|ETCDIR|SOCKET|PIDFILE)|PATH|HOME|PWD|OLDPWD|IFS|SHELL|USER|LOGNAME|TERM|LANG|LC_\w+|TMPDIR|HOSTNAME|OPTARG|OPTIND|PPID|PS[124]|UID|EUID|RANDOM|SECONDS|LINENO|ENV|BASH\w*)$/;

/** Reads a parsed script. */
export function shapeOf(script: Script): ScriptShape {
  const isMain = ({ command }: Statement): boolean =>
    command.type === 'Case' && isFirstArgument(command.word, script);
  const at = script.commands.findIndex(isMain);
  const main = at === -1 ? undefined : script.commands[at]?.command;
  const before = at === -1 ? script.commands : script.commands.slice(0, at);
  const functions = new Map<string, Statement>();
  for (const statement of script.commands)
    if (statement.command.type === 'Function' && !functions.has(statement.command.name.value))
      functions.set(statement.command.name.value, statement);
  const isFunction = ({ command }: Statement): boolean => command.type === 'Function';
  const seen = variablesIn(script);
  return {
    main: main?.type === 'Case' ? main : undefined,
    before: before.filter((statement) => !isFunction(statement)),
    after: at === -1 ? [] : script.commands.slice(at + 1).filter((statement) => !isFunction(statement)),
    functions,
    constants: constantsOf(before, seen),
    options: optionsOf(seen),
    movesArguments: seen.commands.has('shift') || seen.commands.has('set') || seen.commands.has('eval'),
  };
}

/** Whether a word is the name of the event: `$1`, or a variable that has it. */
function isFirstArgument({ text }: Word, script: Script): boolean {
  const name = /^"?\$\{?(\w+)\}?"?$/.exec(text)?.[1];
  if (name === undefined || name === '1') return name === '1';
  return script.commands.some(({ command }) =>
    assignmentsOf(command).some((each) => each.name === name && /^"?\$\{?1\}?"?$/.test(textOf(each))),
  );
}

/** All that is said of variables anywhere in a script. */
interface Variables {
  readonly read: ReadonlySet<string>;
  /** The defaults that are given where they are read, or set where they are empty. */
  readonly defaults: ReadonlyMap<string, ReadonlySet<string>>;
  /** How often each is set otherwise. */
  readonly set: ReadonlyMap<string, number>;
  readonly commands: ReadonlySet<string>;
}

function variablesIn(script: Script): Variables {
  const read = new Set<string>();
  const defaults = new Map<string, Set<string>>();
  const set = new Map<string, number>();
  const commands = new Set<string>();
  const addDefault = (name: string, value: string): void => {
    defaults.set(name, (defaults.get(name) ?? new Set()).add(value));
  };
  const count = (name: string): void => {
    set.set(name, (set.get(name) ?? 0) + 1);
  };
  const look = (node: SyntaxNode): void => {
    if (node.type === 'AndOr') {
      const given = defaultIn(node);
      if (given !== undefined) {
        read.add(given.name);
        addDefault(given.name, given.value);
        return;
      }
    }
    if (node.type === 'SimpleExpansion') read.add(node.text.slice(1));
    if (node.type === 'ParameterExpansion') {
      read.add(node.parameter);
      const { operation } = node;
      if (
        operation?.type === 'Default' &&
        [':-', ':='].includes(operation.operator) &&
        isPlainDefault(operation.operand)
      )
        addDefault(node.parameter, operation.operand.value);
    }
    if (node.type === 'Assignment') count(node.name);
    if (node.type === 'For' || node.type === 'Select') count(node.name.value);
    if (node.type === 'Command') {
      commands.add(node.name?.value ?? '');
      if (['read', 'local', 'export', 'readonly', 'unset', 'getopts'].includes(node.name?.value ?? ''))
        for (const arg of node.args)
          if (arg.type === 'Word' && node.name?.value !== 'export') count(arg.value);
    }
    forEachChild(node, look);
  };
  forEachChild(script, look);
  return { read, defaults, set, commands };
}

/** `[ -n "$X" ] || X=value`, and the same with -z and &&. */
export function defaultIn(node: SyntaxNode): { readonly name: string; readonly value: string } | undefined {
  if (node.type !== 'AndOr' || node.commands.length !== 2) return undefined;
  const [test, setting] = node.commands;
  const wanted = node.operators[0] === '||' ? '-n' : '-z';
  if (test?.type !== 'Command' || test.name?.value !== '[' || setting?.type !== 'Command') return undefined;
  const words = test.args.map((arg) => arg.text);
  const [assignment, ...more] = setting.prefix;
  if (setting.name !== undefined || more.length > 0 || assignment?.type !== 'Assignment') return undefined;
  const { name, value } = assignment;
  if (words.length !== 3 || words[0] !== wanted || ![`"$${name}"`, `"\${${name}}"`].includes(words[1] ?? ''))
    return undefined;
  return value.type === 'Word' && isPlain(value) && assignment.append !== true
    ? { name, value: value.value }
    : undefined;
}

function optionsOf({ read, defaults, set }: Variables): ReadonlyMap<string, ScriptOption> {
  const names = [...read].filter(
    (name) =>
      /^[A-Z][A-Z0-9_]*$/.test(name) &&
      !noOptions.test(name) &&
      !set.has(name) &&
      (name.startsWith('CTDB_') || defaults.has(name)),
  );
  return new Map(
    names.sort().map((name) => {
      const [value, ...others] = defaults.get(name) ?? [];
      return [name, value === undefined || others.length > 0 ? {} : { default: value }];
    }),
  );
}

function constantsOf(before: readonly Statement[], { set, defaults }: Variables): ReadonlyMap<string, Value> {
  return new Map(
    before
      .flatMap(({ command }) => assignmentsOf(command))
      .flatMap((each) => {
        const isOnce = set.get(each.name) === 1 && !defaults.has(each.name);
        return isOnce && each.value.type === 'Word' && isPlain(each.value) && each.append !== true
          ? [[each.name, constant(each.value.value)] as const]
          : [];
      }),
  );
}

/** The assignments of a command that consists of nothing else. */
export const assignmentsOf = (command: SyntaxNode): readonly Assignment[] =>
  command.type === 'Command' && command.name === undefined && command.suffix.length === 0
    ? command.prefix.filter((each) => each.type === 'Assignment')
    : [];

/** The same of what stands in `${X:-value}`, which may have blanks. */
const isPlainDefault = (word: Word): boolean =>
  isPlain(word) ||
  ((word.parts ?? []).length === 0 && word.text === word.value && /^[\w./:@%+,=^ -]*$/.test(word.text));

/** Whether a word has nothing in it that a shell would expand. */
export function isPlain({ text, value, parts = [] }: Word): boolean {
  if (text.includes('\ufffd')) return false;
  if (parts.length === 0) return text === value && /^[\w./:@%+,=^-]*$/.test(text);
  return parts.every((part) => {
    if (part.type === 'SingleQuoted') return true;
    if (part.type === 'Literal') return part.text === part.value && /^[\w./:@%+,=^-]*$/.test(part.text);
    return part.type === 'DoubleQuoted' && part.parts.every((child) => child.type === 'Literal');
  });
}

const textOf = ({ value }: Assignment): string => (value.type === 'Word' ? value.text : '');

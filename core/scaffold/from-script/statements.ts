import type {
  AndOr,
  Assignment,
  Command,
  CompoundList,
  Elif,
  If,
  PipelineNode,
  Statement,
  SyntaxNode,
} from 'unbash';
import { block, inOrder, noCode, understood, type Code, type Value } from './code.ts';
import { isQuiet, negated, plainWords, readAct, readChain, readCondition } from './conditions.ts';
import { quote } from './quote.ts';
import type { Scope } from './scope.ts';
import { assignmentsOf, defaultIn } from './script-shape.ts';
import type { ScriptSource } from './script-source.ts';
import { readWord, readWords } from './words.ts';

/** Most functions of the script that are put into each other. */
const depthMax = 4;

/** Most lines of one handler. */
const linesMax = 2_000;

/** Words that a variable of a handler cannot have. */
const taken = new Set(
  'act addresses await break case catch changes checkTcpPort class const continue ctdb debugger default delete do edit else enum event export extends false files finally for function healthy if iface implements import in instanceof interface ip let log maskBits network new newIface null oldIface option options package private process protected public release return rpc run sample service signal state static super switch this throw true try typeof unhealthy unfinished undefined var void while with yield z async of as type'.split(
    ' ',
  ),
);

/** Where CTDB's counter of failures is kept. */
const counter = "state['failures']";

/** Translates commands, and keeps what it does not understand as comments. */
export class Statements {
  readonly #source: ScriptSource;
  /** Functions whose commands stand in a handler. */
  readonly inlined = new Set<string>();
  #lines = 0;

  constructor(source: ScriptSource) {
    this.#source = source;
  }

  /** Begins another handler. */
  begin(): void {
    this.#lines = 0;
  }

  /** Commands one after another. */
  list(statements: readonly Statement[], scope: Scope): Code {
    const variables = new Map(scope.variables);
    const parts: Code[] = [];
    for (const statement of statements)
      parts.push(this.#statement(statement, { ...scope, variables }, variables));
    return inOrder(parts);
  }

  /** Comments for what is not understood. */
  comment(node: SyntaxNode): Code {
    const { lines, count } = this.#source.comments(node);
    this.#lines += lines.length;
    return { lines, uses: new Set(), openLines: count, ends: false };
  }

  #statement(statement: Statement, scope: Scope, variables: Map<string, Value>): Code {
    const isTooMuch = this.#lines > linesMax;
    const code =
      statement.background === true || isTooMuch
        ? undefined
        : this.#command(statement.command, scope, variables);
    if (code === undefined) return this.comment(statement);
    this.#lines += code.lines.length;
    this.#source.place(statement);
    return code;
  }

  #command(node: Statement['command'], scope: Scope, variables: Map<string, Value>): Code | undefined {
    switch (node.type) {
      case 'AndOr':
        return this.#chain(node, scope);
      case 'If':
        return this.#if(node, scope);
      case 'BraceGroup':
        return this.list(node.body.commands, scope);
      case 'Command':
        return this.#simple(node, scope, variables);
      default:
        return undefined;
    }
  }

  /** `condition || command`, `condition && command`. */
  #chain(node: AndOr, scope: Scope): Code | undefined {
    if (defaultIn(node) !== undefined) return noCode;
    const [last, operator] = [node.commands.at(-1), node.operators.at(-1)];
    const firsts = node.commands.slice(0, -1);
    const condition = readChain(firsts, node.operators.slice(0, -1), scope);
    if (condition === undefined || last === undefined) return undefined;
    const then = this.#last(last, scope, firsts);
    if (then === undefined) return undefined;
    if (then.lines.length === 0) {
      const [only, ...more] = firsts;
      const act = only?.type === 'Command' && more.length === 0 ? readAct(only, scope) : undefined;
      return act && understood([`${act.text};`], act.uses);
    }
    return block(
      `if (${operator === '||' ? negated(condition.text) : condition.text})`,
      then,
      condition.uses,
    );
  }

  /** The last of a chain; `exit $?` there is about those before it. */
  #last(last: PipelineNode, scope: Scope, firsts: readonly PipelineNode[]): Code | undefined {
    if (
      last.type === 'Command' &&
      last.name?.text === 'exit' &&
      last.args.map(({ text }) => text).join(' ') === '$?'
    ) {
      if (last.redirects.length > 0) return undefined;
      const line = this.#source.lineAt(firsts[0]?.pos ?? 0);
      const text = (this.#source.lines[line - 1] ?? '').trim().replace(/\s*\|\|\s*exit \$\?.*$/, '');
      return fail(quote(`${text.slice(0, 80)} failed`), [], scope);
    }
    if (last.type === 'BraceGroup') return this.list(last.body.commands, scope);
    return last.type === 'Command' ? this.#simple(last, scope, undefined) : undefined;
  }

  #if(node: If, scope: Scope): Code | undefined {
    const arms: readonly (If | Elif)[] = [node, ...node.elif];
    const conditions = arms.map(({ clause }) => readClause(clause, scope));
    if (!conditions.every((condition) => condition !== undefined)) return undefined;
    const parts = arms.map(({ then }, index) => {
      const condition = conditions[index];
      return block(
        `${index === 0 ? '' : 'else '}if (${condition?.text ?? ''})`,
        this.list(then.commands, scope),
        condition?.uses,
      );
    });
    const otherwise = node.else === undefined ? [] : [block('else', this.list(node.else.commands, scope))];
    return withoutBreaks(inOrder([...parts, ...otherwise]));
  }

  #simple(command: Command, scope: Scope, variables: Map<string, Value> | undefined): Code | undefined {
    if (command.name === undefined) return this.#assignments(command, scope, variables);
    const name = command.name.text;
    const words = plainWords(command);
    if (words === undefined) return undefined;
    if (name === ':' && isQuiet(command.redirects) !== undefined) return noCode;
    if (['exit', 'die', 'echo', 'true'].includes(name)) return sayOrEnd(command, scope);
    // Commands get what option files set.
    if (name === 'export' && words.every(({ text }) => scope.shape.options.has(text))) return noCode;
    if (scope.shape.functions.has(name))
      return words.length > 0 ? undefined : this.#inline(name, command, scope);
    const known = knownFunctions[name]?.(scope);
    if (known !== undefined && words.length === 0 && command.redirects.length === 0) return known;
    if (name === 'ctdb_service_reconfigure' && words.length === 0)
      return this.#inline('service_reconfigure', command, scope);
    const act = readAct(command, scope);
    return act && understood([`${act.text};`], act.uses);
  }

  /** The commands of a function in the place of its call. One that returns something, or calls itself, is not understood. */
  #inline(name: string, call: Command, scope: Scope): Code | undefined {
    const statement = scope.shape.functions.get(name);
    const body = statement?.command.type === 'Function' ? statement.command.body : undefined;
    if (
      statement === undefined ||
      body?.type !== 'BraceGroup' ||
      scope.depth >= depthMax ||
      call.redirects.length > 0
    )
      return undefined;
    if (/\breturn\b/.test(this.#source.comments(statement).lines.join('\n'))) return undefined;
    this.inlined.add(name);
    return this.list(body.body.commands, { ...scope, isInFunction: true, depth: scope.depth + 1 });
  }

  #assignments(command: Command, scope: Scope, variables: Map<string, Value> | undefined): Code | undefined {
    const [assignment, ...more] = assignmentsOf(command);
    if (assignment === undefined || more.length > 0 || command.redirects.length > 0) return undefined;
    if (scope.shape.constants.has(assignment.name)) return noCode;
    return variables === undefined ? undefined : declare(assignment, variables);
  }
}

/** `name=$(ctdb_counter_get)`. */
function declare({ name, value, append }: Assignment, variables: Map<string, Value>): Code | undefined {
  if (value.type !== 'Word' || value.text !== '$(ctdb_counter_get)' || append === true) return undefined;
  if (!/^[a-z]\w*$/.test(name) || taken.has(name) || variables.has(name)) return undefined;
  variables.set(name, { text: name, uses: new Set(), isNumber: true });
  return understood([`const ${name} = Number(${counter} ?? 0);`], ['state']);
}

/** `}` and `else` on one line. */
const withoutBreaks = (code: Code): Code => ({
  ...code,
  lines: code.lines.reduce<readonly string[]>(
    (lines, line) =>
      line.startsWith('else ') && lines.at(-1) === '}'
        ? [...lines.slice(0, -1), `} ${line}`]
        : [...lines, line],
    [],
  ),
});

function readClause({ commands }: CompoundList, scope: Scope): Value | undefined {
  const [only, ...more] = commands;
  if (only === undefined || more.length > 0 || only.background === true) return undefined;
  return readCondition(only.command, scope);
}

/** Functions of CTDB for which a plugin has something else. */
const knownFunctions: Readonly<Record<string, (scope: Scope) => Code | undefined>> = {
  ctdb_counter_init: () => understood([`${counter} = 0;`], ['state']),
  ctdb_counter_incr: () => understood([`${counter} = Number(${counter} ?? 0) + 1;`], ['state']),
  ctdb_service_set_reconfigure: ({ event }) =>
    ['takeip', 'releaseip', 'updateip'].includes(event)
      ? understood(['// Nothing has to be noted: ipreallocated gets what has changed.'])
      : undefined,
};

function sayOrEnd(command: Command, scope: Scope): Code | undefined {
  const words = plainWords(command) ?? [];
  if (command.redirects.length > 0) return undefined;
  switch (command.name?.text) {
    case 'true':
      return words.length === 0 ? noCode : undefined;
    case 'exit':
      return readExit(
        words.map(({ text }) => text),
        scope,
      );
    case 'die': {
      const message = words.length === 1 && words[0] !== undefined ? readWord(words[0], scope) : undefined;
      return message && fail(message.text, message.uses, scope);
    }
    default: {
      // A shell may take "\n" and "-n" for something else than text.
      if (words.some(({ text }) => text.includes('\\') || text.startsWith('-'))) return undefined;
      const text = readWords(words, scope);
      return text && understood([`log(${text.text});`], ['log', ...text.uses]);
    }
  }
}

function readExit(words: readonly string[], scope: Scope): Code | undefined {
  const [status = '0', ...more] = words;
  if (more.length > 0 || !/^\d{1,3}$/.test(status)) return undefined;
  if (Number(status) !== 0) return fail(quote(''), [], scope); // What the script said before is all that it says.
  return scope.event === 'monitor'
    ? understood(['return healthy;'], ['healthy'], true)
    : understood(['return;'], [], true);
}

/** Fails the event with a text. */
const fail = (text: string, uses: Iterable<string>, { event }: Scope): Code =>
  event === 'monitor'
    ? understood([`return unhealthy(${text});`], ['unhealthy', ...uses], true)
    : understood([`throw new Failure(${text});`], ['Failure', ...uses], true);

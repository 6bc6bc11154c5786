import { reservedByShells } from './shell-variables.ts';

/** One piece of a value: text as it is, or the value of a variable. */
type Piece = string | Expansion;

/** `$NAME`, `${NAME}`, `${NAME-otherwise}` or, with `orEmpty`, `${NAME:-otherwise}`. */
interface Expansion {
  readonly name: string;
  readonly otherwise?: readonly Piece[];
  readonly orEmpty?: boolean;
}

/** One `NAME=value` of a file. */
interface Assignment {
  readonly name: string;
  readonly value: readonly Piece[];
  readonly line: number;
}

/** A file that has only assignments. */
export interface Assignments {
  readonly kind: 'assignments';
  readonly assignments: readonly Assignment[];
}

/** A file that only a shell can read correctly. */
export interface NeedsSh {
  readonly kind: 'needs sh';
  /** What this reader does not understand, for the log. */
  readonly because: string;
  /** Its line, counted from 1. */
  readonly line: number;
}

/** The value that a file sets, and the line, counted from 1. */
export interface Assigned {
  readonly value: string;
  readonly line: number;
}

/** Longest value in characters. Linux passes no longer one to a program (MAX_ARG_STRLEN, linux/binfmts.h). */
const valueLengthMax = 128 * 1024;

/** How deep defaults may be nested. */
const depthMax = 20;

/**
 * Reads a file of shell assignments without a shell.
 *
 * Understood are `NAME=value`, several on a line, `export NAME=value ...` and `export NAME ...`, `;`, comments,
 * line continuation, `'...'`, `"..."` and `\` quotes, and `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME:-default}`.
 * These mean what POSIX says they mean. Anything else, and anything about which shells differ, needs sh: a guess
 * would be worse than the few milliseconds that sh takes.
 */
export function parseAssignments(text: string): Assignments | NeedsSh {
  const reader = new Reader(text);
  try {
    return { kind: 'assignments', assignments: reader.file() };
  } catch (error) {
    if (!(error instanceof Beyond)) throw error;
    return { kind: 'needs sh', because: error.message, line: reader.line };
  }
}

/**
 * The result of the assignments. Each is evaluated with those before it.
 *
 * @param environment the variables that are set already
 * @param unknown the value of any other variable: empty, or something that only a shell knows
 */
export function evaluateAssignments(
  { assignments }: Assignments,
  environment: Readonly<Record<string, string | undefined>>,
  unknown: 'empty' | 'needs sh' = 'empty',
): ReadonlyMap<string, Assigned> | NeedsSh {
  const set = new Map<string, Assigned>();
  let missing: string | undefined;
  const lookUp = (name: string): string | undefined => {
    const found = set.get(name)?.value ?? (Object.hasOwn(environment, name) ? environment[name] : undefined);
    if (found === undefined) missing ??= name;
    return found;
  };
  for (const { name, value, line } of assignments) {
    const text = expand(value, lookUp);
    if (unknown === 'needs sh' && missing !== undefined)
      return { kind: 'needs sh', because: `$${missing}, which is not known`, line };
    if (text.length > valueLengthMax) return { kind: 'needs sh', because: `the length of ${name}`, line };
    set.set(name, { value: text, line });
  }
  return set;
}

/** The text of a value. It ends as soon as it is longer than a value may be. */
function expand(pieces: readonly Piece[], lookUp: (name: string) => string | undefined): string {
  let text = '';
  for (const piece of pieces) {
    if (text.length > valueLengthMax) break;
    text += typeof piece === 'string' ? piece : expandOne(piece, lookUp);
  }
  return text;
}

function expandOne(
  { name, otherwise = [], orEmpty = false }: Expansion,
  lookUp: (name: string) => string | undefined,
): string {
  const value = lookUp(name);
  return value === undefined || (orEmpty && value === '') ? expand(otherwise, lookUp) : value;
}

/** Is thrown within the reader at text that it does not understand. */
class Beyond extends Error {}

/** Control characters, which shells use for their own ends while they expand a word; not tab, newline and CR. */
const controlCharacter = new RegExp('[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]');

/** Characters that mean themselves in the default of an expansion, quoted or not. */
const plainInDefault = /[A-Za-z0-9_./:,@%+= \t\u0080-\uffff-]+/y;

/** Characters that mean themselves in an argument of `export`, which some shells split and expand like any argument. */
const plainArgument = /[A-Za-z0-9_./:,@%+=\u0080-\uffff-]/;

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  /** The place up to which newlines are counted in `#line`. */
  #counted = 0;
  /** Names that the present command assigns. Whether its other words see these values is not the same in all shells. */
  #assignedHere = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The present line, counted from 1. */
  get line(): number {
    while (this.#counted < this.#at) {
      if (this.#text[this.#counted] === '\n') this.#line += 1;
      this.#counted += 1;
    }
    return this.#line;
  }

  file(): readonly Assignment[] {
    if (controlCharacter.test(this.#text)) throw new Beyond('a control character');
    const assignments: Assignment[] = [];
    while (this.#at < this.#text.length) {
      this.#blanks();
      if (this.#take(/#[^\n]*|\n/y) === undefined && this.#at < this.#text.length)
        assignments.push(...this.#command());
    }
    return assignments;
  }

  #command(): Assignment[] {
    this.#assignedHere.clear();
    const exporting = this.#take(/export(?=[ \t])/y) !== undefined;
    const words: Assignment[] = [];
    if (exporting) this.#blanks();
    do {
      const word = this.#word(exporting);
      if (word !== undefined) words.push(word);
      this.#blanks();
    } while (!this.#endOfCommand());
    return words;
  }

  #endOfCommand(): boolean {
    return this.#at === this.#text.length || this.#peek() === '#' || this.#take(/[\n;]/y) !== undefined;
  }

  #word(exporting: boolean): Assignment | undefined {
    const { line } = this;
    if (exporting && this.#take(/[A-Za-z_][A-Za-z0-9_]*(?=[ \t\n;]|$)/y) !== undefined) return undefined;
    const name = this.#take(/[A-Za-z_][A-Za-z0-9_]*(?==)/y);
    if (name === undefined) throw new Beyond('something other than an assignment');
    if (reservedByShells(name)) throw new Beyond(`an assignment to ${name}`);
    this.#at += 1;
    const value = this.#value(exporting);
    this.#assignedHere.add(name);
    return { name, value, line };
  }

  #value(exporting: boolean): Piece[] {
    const pieces: Piece[] = [];
    for (;;) {
      const next = this.#peek();
      if (next === undefined || /[ \t\n;]/.test(next)) return pieces;
      pieces.push(...this.#pieceOfValue(next, exporting));
    }
  }

  #pieceOfValue(next: string, exporting: boolean): readonly Piece[] {
    if (/[&|<>()`~]/.test(next)) throw new Beyond(`an unquoted ${next}`);
    if (/['"]/.test(next)) return this.#quoted();
    if (next === '\\') return [this.#escaped()];
    if (exporting && !plainArgument.test(next)) throw new Beyond(`an unquoted ${next} after export`);
    return [next === '$' ? this.#expansion(false, 0) : this.#character()];
  }

  #escaped(): string {
    this.#at += 1;
    const character = this.#character();
    return character === '\n' ? '' : character;
  }

  #quoted(): readonly Piece[] {
    return this.#character() === '"' ? this.#inDoubleQuotes() : [this.#inSingleQuotes()];
  }

  #inSingleQuotes(): string {
    const text = this.#take(/[^']*(?=')/y);
    if (text === undefined) throw new Beyond('a quote without end');
    this.#at += 1;
    return text;
  }

  #inDoubleQuotes(): Piece[] {
    const pieces: Piece[] = [];
    for (;;) {
      const text = this.#take(/[^"\\$`]+/y);
      if (text !== undefined) pieces.push(text);
      if (this.#take(/"/y) !== undefined) return pieces;
      if (this.#take(/\\\n/y) !== undefined) continue;
      const escape = this.#take(/\\[$`"\\]/y);
      if (escape !== undefined) pieces.push(escape.slice(1));
      else if (this.#peek() === '\\') pieces.push(this.#character());
      else if (this.#peek() === '$') pieces.push(this.#expansion(true, 0));
      else throw new Beyond(this.#peek() === '`' ? 'a command substitution' : 'a quote without end');
    }
  }

  #expansion(quoted: boolean, depth: number): Expansion {
    const name = this.#take(/\$\{?[A-Za-z_][A-Za-z0-9_]*/y);
    if (name === undefined || depth > depthMax) throw new Beyond('an expansion other than of a variable');
    if (!name.startsWith('${')) return this.#reference(name.slice(1));
    const reference = this.#reference(name.slice(2));
    if (this.#take(/\}/y) !== undefined) return reference;
    const operator = this.#take(/:?-/y);
    if (operator === undefined) throw new Beyond('an expansion other than of a variable');
    return { ...reference, otherwise: this.#default(quoted, depth + 1), orEmpty: operator === ':-' };
  }

  #reference(name: string): Expansion {
    if (reservedByShells(name)) throw new Beyond(`$${name}`);
    if (this.#assignedHere.has(name)) throw new Beyond(`$${name} beside an assignment to it`);
    // Some shells take the rest of the name from the next line.
    if (this.#text.startsWith('\\\n', this.#at)) throw new Beyond('a line that ends in a variable');
    return { name };
  }

  #default(quoted: boolean, depth: number): Piece[] {
    const pieces: Piece[] = [];
    for (;;) {
      const text = this.#take(plainInDefault);
      if (text !== undefined) pieces.push(text);
      if (this.#take(/\}/y) !== undefined) return pieces;
      const next = this.#peek();
      if (next === '$') pieces.push(this.#expansion(quoted, depth));
      else if (!quoted && (next === "'" || next === '"')) pieces.push(...this.#quoted());
      else throw new Beyond(`${next ?? 'an end'} in the default of a variable`);
    }
  }

  /** Spaces, tabs and line continuations. */
  #blanks(): void {
    this.#take(/(?:[ \t]|\\\n)+/y);
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #character(): string {
    const character = this.#peek();
    if (character === undefined) throw new Beyond('an end in the middle of a word');
    this.#at += 1;
    return character;
  }

  /** Reads what the sticky pattern matches here. Undefined if it does not match. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }
}

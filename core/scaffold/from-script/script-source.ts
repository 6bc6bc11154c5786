import { forEachChild, type SyntaxNode } from 'unbash';
import { commentLine } from './quote.ts';

/** The text of a script, and which of its lines have found a place in the plugin. */
export class ScriptSource {
  readonly lines: readonly string[];
  readonly #starts: readonly number[];
  readonly #placed = new Set<number>();

  constructor(text: string) {
    this.lines = text.split('\n');
    let at = 0;
    this.#starts = this.lines.map((line) => {
      const start = at;
      at += line.length + 1;
      return start;
    });
  }

  /** The number of the line at this offset, counted from 1. */
  lineAt(offset: number): number {
    const next = this.#starts.findIndex((start) => start > offset);
    return next === -1 ? this.#starts.length : next;
  }

  /** Notes that the plugin does what these nodes say. */
  place(node: SyntaxNode): void {
    for (const number of this.#numbers(node)) this.#placed.add(number);
  }

  /** The lines of a node as comments, here-documents included. */
  comments(node: SyntaxNode): { readonly lines: readonly string[]; readonly count: number } {
    const numbers = this.#numbers(node);
    for (const number of numbers) this.#placed.add(number);
    const lines = numbers.map((number) => ({ number, line: this.lines[number - 1] ?? '' }));
    return {
      lines: lines
        .filter(({ line }) => line.trim() !== '')
        .map(({ number, line }) => commentLine(number, line)),
      count: lines.filter(({ line }) => isCommand(line)).length,
    };
  }

  /** All lines with commands that have no place yet, as comments. They have one then. */
  rest(): readonly string[] {
    const left = this.lines
      .map((line, index) => ({ number: index + 1, line }))
      .filter(({ number, line }) => !this.#placed.has(number) && isCommand(line) && number > 1);
    for (const { number } of left) this.#placed.add(number);
    return left.map(({ number, line }) => commentLine(number, line));
  }

  #numbers(node: SyntaxNode): readonly number[] {
    const [first, last] = [this.lineAt(node.pos), this.lineAt(Math.max(node.pos, endOf(node) - 1))];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }
}

/** Whether a line is more than a comment. */
const isCommand = (line: string): boolean => !/^\s*(?:#.*)?$/.test(line);

/** Where a node ends, with the here-documents that its lines begin. */
function endOf(node: SyntaxNode): number {
  let end = node.end;
  const look = (child: SyntaxNode): void => {
    if (child.type === 'HereDoc') end = Math.max(end, child.body.end, child.closing?.end ?? 0);
    forEachChild(child, look);
  };
  look(node);
  return end;
}

import { nearest } from '../events/nearest.ts';

/** What to say of a word that is not among those that can stand there: which it may have meant, or what to read. */
export function unknownWord(kind: string, word: string, known: readonly string[], otherwise: string): string {
  const near = nearest(word, known);
  return `unknown ${kind} "${word}"${near === undefined ? `, ${otherwise}` : `: did you mean ${near}?`}`;
}

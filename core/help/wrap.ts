/** How wide help is. */
export const helpWidth = 100;

/** Breaks a text between words into lines of at most this width. A longer word is a line of its own. */
export function wrap(text: string, width = helpWidth): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Two columns: each text is wrapped beside its term. */
export function describeTerms(terms: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...terms.map(([term]) => term.length));
  return terms.flatMap(([term, text]) =>
    wrap(text, helpWidth - width - 4).map(
      (line, index) => `  ${(index === 0 ? term : '').padEnd(width)}  ${line}`,
    ),
  );
}

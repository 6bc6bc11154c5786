import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluateAssignments, parseAssignments } from '../../core/ctdb-config/assignments.ts';
import { sourceWithDash } from './dash.ts';

/** `Q` is unset. No PATH that leads anywhere: should the reader take a command for an assignment, nothing is run. */
const environment = { A: 'a b*', B: 'b\'\\"$A', E: '', U: 'Á漢🂡', HOME: '/root', PATH: '/nowhere' };

/** Variables that shells set on their own account. */
const ofTheShell = ['PWD', 'OLDPWD', 'SHLVL', '_'];

/** How many files a shell is given at once, and how many times. */
const filesPerRun = 50;
const numRuns = Number(process.env['CTDB_HOOK_PROPERTY_RUNS'] ?? 60);

const name = fc.constantFrom('A', 'B', 'E', 'Q', 'U', 'CTDB_X', '_x1');
const literal = fc.stringMatching(/^[a-zA-Z0-9_./:,@%+= \t-]{0,6}$/);
const anyText = fc
  .string({ unit: 'binary', maxLength: 6 })
  .filter((text) => !text.includes('\0') && text.isWellFormed());
const variable: fc.Arbitrary<string> = fc.letrec<{ variable: string; otherwise: string }>((tie) => ({
  variable: fc.oneof(
    { maxDepth: 4 },
    name.map((n) => `$${n}`),
    name.map((n) => `\${${n}}`),
    fc
      .tuple(name, fc.constantFrom('-', ':-'), tie('otherwise'))
      .map(([n, op, word]) => `\${${n}${op}${word}}`),
  ),
  otherwise: fc
    .array(
      fc.oneof({ maxDepth: 4 }, literal, tie('variable'), fc.constantFrom(`'a}'`, `"x}"`, '"$A"', 'é')),
      {
        maxLength: 3,
      },
    )
    .map((parts) => parts.join('')),
})).variable;
const singleQuoted = anyText.map((text) => `'${text.replaceAll("'", '')}'`);
const doubleQuoted = fc
  .array(
    fc.oneof(
      anyText.map((text) => text.replaceAll(/["`$\\]/g, '')),
      variable,
      fc.constantFrom('\\$', '\\"', '\\\\', '\\`', '\\\n', '\\n', "'", '#', '~'),
    ),
  )
  .map((parts) => `"${parts.join('')}"`);
const unquoted = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9_./:,@%+=*?[\]{}!^#-]{1,5}$/),
  fc.constantFrom('\\ ', '\\\n', '\\$', '\\~', '\\\\', '\\;', '\\#', '\\é', '\r', 'é', '漢'),
);
const value = fc
  .array(fc.oneof(unquoted, singleQuoted, doubleQuoted, variable), { maxLength: 4 })
  .map((parts) => parts.join(''));
const assignment = fc.tuple(name, value).map(([n, v]) => `${n}=${v}`);
const command = fc.oneof(
  fc.array(assignment, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  fc
    .array(fc.oneof(assignment, name), { minLength: 1, maxLength: 3 })
    .map((words) => `export ${words.join(' \t')}`),
);
const grammatical = fc
  .array(
    fc.tuple(
      fc.constantFrom('', ' ', '\t', '\n', '# c $( `\n', '\\\n'),
      command,
      fc.constantFrom('\n', ';', ' ;\n', ' # it\'s "\n', ' \\\n\n'),
    ),
  )
  .map((lines) => lines.flat().join(''));

const tokens = [
  'A',
  'B=',
  'Q',
  '=',
  '$',
  '${',
  '}',
  ':-',
  '-',
  "'",
  '"',
  '\\',
  '\n',
  ' ',
  '\t',
  ';',
  '#',
  '~',
  'export',
  '1',
  'é',
  '*',
  '{',
  '[',
  '!',
  '\r',
  ':',
  '+',
  '&',
  '|',
  '(',
  ')',
  '`',
  '\\\n',
  '$A',
  '"$',
  'C=',
  '\u0081',
];
const garbage = fc.array(fc.constantFrom(...tokens), { maxLength: 14 }).map((parts) => parts.join(''));

function expectSameAsDash(texts: readonly string[]): number {
  const understood = texts.flatMap((text) => {
    const parsed = parseAssignments(text);
    const set = parsed.kind === 'assignments' ? evaluateAssignments(parsed, environment) : parsed;
    return 'kind' in set ? [] : [{ text, set }];
  });
  const results = sourceWithDash(
    understood.map(({ text }) => text),
    environment,
  );
  for (const [index, { text, set }] of understood.entries()) {
    const ours = new Map([
      ...Object.entries(environment),
      ...[...set].map(([n, { value: v }]) => [n, v] as const),
    ]);
    const theirs = new Map([...(results[index] ?? [])].filter(([n]) => !ofTheShell.includes(n)));
    expect({ text, variables: [...theirs].sort() }).toEqual({ text, variables: [...ours].sort() });
  }
  return understood.length;
}

it('says of files within its grammar what a real shell says', () => {
  let understood = 0;
  fc.assert(
    fc.property(fc.array(grammatical, { minLength: filesPerRun, maxLength: filesPerRun }), (texts) => {
      understood += expectSameAsDash(texts);
    }),
    { numRuns },
  );
  expect(understood).toBeGreaterThan((numRuns * filesPerRun) / 10);
});

it('says of garbage what a real shell says, or that it needs one', () => {
  let understood = 0;
  fc.assert(
    fc.property(fc.array(garbage, { minLength: filesPerRun, maxLength: filesPerRun }), (texts) => {
      understood += expectSameAsDash(texts);
    }),
    { numRuns: numRuns * 2 },
  );
  expect(understood).toBeGreaterThan(numRuns);
});

it('takes any text at all without failing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(['assignments', 'needs sh']).toContain(parseAssignments(text).kind);
    }),
    { numRuns: 1000 },
  );
});

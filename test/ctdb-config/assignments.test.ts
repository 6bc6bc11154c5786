import { expect, it } from 'vitest';
import { evaluateAssignments, parseAssignments } from '../../core/ctdb-config/assignments.ts';
import { sourceWithDash } from './dash.ts';

const environment = { A: 'env', E: '', HOME: '/root', PATH: '/nowhere' };

/** What the text sets, as `NAME=value`; or why it needs sh. */
function read(text: string): Record<string, string> | string {
  const parsed = parseAssignments(text);
  const set = parsed.kind === 'assignments' ? evaluateAssignments(parsed, environment) : parsed;
  if ('kind' in set) return `${set.line}: ${set.because}`;
  return Object.fromEntries([...set].map(([name, { value }]) => [name, value]));
}

it.each([
  ['nothing', '', {}],
  ['comments and blank lines', '# a=b \\\n\n  \t# `\n', {}],
  ['the last line without a newline', 'X=1', { X: '1' }],
  ['an empty value', 'X= Y=""', { X: '', Y: '' }],
  ['several assignments on a line', 'X=1 Y=2; Z=3 ; # c', { X: '1', Y: '2', Z: '3' }],
  ['quotes side by side', `X='a'"b"c\\ d`, { X: 'abc d' }],
  ['single quotes, which keep everything', `X='$A\\n"'`, { X: '$A\\n"' }],
  ['double quotes, which keep most backslashes', 'X="\\$A \\n \\\\ \\" \\`"', { X: '$A \\n \\ " `' }],
  ['a quote over several lines', `X='a\nb'`, { X: 'a\nb' }],
  ['a line continued, in quotes and outside', 'X=a\\\nb Y="c\\\nd" \\\nZ=e', { X: 'ab', Y: 'cd', Z: 'e' }],
  ['a # within a word', 'X=a#b Y="#"', { X: 'a#b', Y: '#' }],
  [
    'wildcards, which an assignment keeps',
    'X=/etc/*.[ch] Y={a,b} Z=!?',
    { X: '/etc/*.[ch]', Y: '{a,b}', Z: '!?' },
  ],
  ['variables', 'X=$A-$E-$NONE Y="${A}b"', { X: 'env--', Y: 'envb' }],
  ['variables of the same file', 'X=1\nX="$X 2"\nX="$X 3"', { X: '1 2 3' }],
  ['defaults', 'X=${E:-e} Y=${E-e} Z=${NONE-n n}', { X: 'e', Y: '', Z: 'n n' }],
  ['defaults in defaults', `X="\${NONE:-a\${NONE-b\${A}}c}" Y=\${NONE-'}'}`, { X: 'abenvc', Y: '}' }],
  ['export', 'export X=1 Y="$A b"\nexport A X', { X: '1', Y: 'env b' }],
  ['the carriage return of CRLF, part of the value', 'X=yes\r\n', { X: 'yes\r' }],
  ['names of all JavaScript objects', 'X=$constructor$toString$__proto__', { X: '' }],
])('reads %s as a shell does', (_, text, expected) => {
  expect(read(text)).toEqual(expected);
  const [theirs] = sourceWithDash([text], environment);
  expect(Object.fromEntries(theirs ?? [])).toMatchObject({ ...environment, ...expected });
});

it.each([
  ['X=1\nX=$(date)', '2: an expansion other than of a variable'],
  ['X=`date`', '1: an unquoted `'],
  ['X="`date`"', '1: a command substitution'],
  ['X=$((1+1))', '1: an expansion other than of a variable'],
  ['X=$1', '1: an expansion other than of a variable'],
  ['X=${A%v}', '1: an expansion other than of a variable'],
  ['X=${A:=v}', '1: an expansion other than of a variable'],
  ['X=~/x', '1: an unquoted ~'],
  ['X=${NONE:-~}', '1: ~ in the default of a variable'],
  ['X=1 Y=$X', '1: $X beside an assignment to it'],
  ['export X=$A', '1: an unquoted $ after export'],
  ['export X=*', '1: an unquoted * after export'],
  ['export', '1: something other than an assignment'],
  ['X+=1', '1: something other than an assignment'],
  ['X=(1 2)', '1: an unquoted ('],
  ['\n\nif true; then X=1; fi', '3: something other than an assignment'],
  ['. /etc/default/x', '1: something other than an assignment'],
  ['X=1 command', '1: something other than an assignment'],
  ['X=1&& Y=2', '1: an unquoted &'],
  ['X=1;;', '1: something other than an assignment'],
  ['X="1', '1: a quote without end'],
  ["X='1\n\n", '1: a quote without end'],
  ['X=1\\', '1: an end in the middle of a word'],
  ['X=$A\\\nB', '1: a line that ends in a variable'],
  ['PATH=/x', '1: an assignment to PATH'],
  ['X=$RANDOM', '1: $RANDOM'],
  ['X=\u0001', '1: a control character'],
])('leaves %j to sh', (text, why) => {
  expect(read(text)).toBe(why);
});

it('remembers the line on which each variable was set last', () => {
  const parsed = parseAssignments('# c\nX="a\nb" Y=1\n\nX=2\n');
  expect(parsed.kind === 'assignments' && evaluateAssignments(parsed, {})).toEqual(
    new Map([
      ['X', { value: '2', line: 5 }],
      ['Y', { value: '1', line: 3 }],
    ]),
  );
});

it('leaves values to sh that grow beyond what a program can be given', () => {
  const doubling = `X=xxxxxxxxxxxxxxxx\n${'X=$X$X\n'.repeat(40)}`;
  expect(read(doubling)).toBe('15: the length of X');
  expect(read(`X=${'y'.repeat(100_000)}\nZ=${'$X'.repeat(100_000)}`)).toBe('2: the length of Z');
});

it('leaves defaults to sh that stand too deep', () => {
  expect(read('X=' + '${N:-'.repeat(100_000))).toBe('1: an expansion other than of a variable');
});

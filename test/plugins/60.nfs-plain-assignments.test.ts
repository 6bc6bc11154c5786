import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluatePlainly } from '../../plugins/60.nfs/plain-assignments.ts';

const environment = { CALLOUT: '/etc/ctdb/callout', TWO: 'two words', EMPTY: '' };
const names = { family: 'tcp', version: '', service_stop_cmd: '' };

/** What a shell makes of the same lines, as 60.nfs has it read those that are not plain. */
function evaluateWithSh(text: string): Record<string, string> {
  const script =
    'family=tcp; version=; service_stop_cmd=\n' +
    'while read line || [ -n "$line" ]; do case $line in "" | "#"*) ;; *) eval "$line" ;; esac; done <<"END"\n' +
    `${text}\nEND\nprintf '%s\\0%s\\0%s' "$family" "$version" "$service_stop_cmd"`;
  const printed = execFileSync('sh', ['-c', script], { env: environment, encoding: 'utf8', stdio: 'pipe' });
  const [family = '', version = '', service_stop_cmd = ''] = printed.split('\0');
  return { family, version, service_stop_cmd };
}

test.each([
  ['version="3"', { version: '3' }],
  ['# nfs\n\n  family="tcp udp"  \n', { family: 'tcp udp' }],
  ['service_stop_cmd="$CALLOUT stop nfs"', { service_stop_cmd: '/etc/ctdb/callout stop nfs' }],
  ["service_stop_cmd='$CALLOUT'", { service_stop_cmd: '$CALLOUT' }],
  ['version=3\nfamily=${version}x', { version: '3', family: '3x' }],
  ['family=udp; version=3', { family: 'udp', version: '3' }],
  ['family="udp" # why', { family: 'udp' }],
  ['family="${version:-3}"', { family: '3' }],
])('%j is read without a shell', (text, set) => {
  expect(evaluatePlainly(text, names, environment)).toEqual({ ...names, ...set });
});

test.each([
  'other=1',
  'family=tcp udp',
  'family=$(date)',
  'family=`date`',
  'family="a\\b"',
  'family="a\nb"',
  "family='a\nb'",
  'family=a\\',
  'family=$PWD',
  'family=$UNSET',
  'family=$constructor',
  'family=${toString}',
  'family=$__proto__',
  'family="$1"',
  'family=~',
  'echo',
])('%j is left to a shell', (text) => {
  expect(evaluatePlainly(text, names, environment)).toBeUndefined();
});

test('what is read without a shell is what a shell makes of it', () => {
  const piece = fc.constantFrom(
    'tcp',
    ' ',
    '3',
    '$CALLOUT',
    '${TWO}',
    '$EMPTY',
    '$version',
    "'",
    '"',
    '\\',
    '$',
    '#',
    ';',
    '; ',
    ' version=3',
    '${version:-x}',
    '`',
    '-',
    '{',
    '}',
    '*',
    '~',
    '&',
  );
  const line = fc
    .tuple(
      fc.constantFrom(...Object.keys(names)),
      fc.constantFrom('', '"', "'"),
      fc.array(piece, { maxLength: 4 }),
    )
    .map(([name, quote, pieces]) => `${name}=${quote}${pieces.join('')}${quote}`);
  let read = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), (lines) => {
      const plain = evaluatePlainly(lines.join('\n'), names, environment);
      if (plain === undefined) return;
      read += 1;
      expect(plain).toEqual(evaluateWithSh(lines.join('\n')));
    }),
    { numRuns: 1000 },
  );
  expect(read).toBeGreaterThan(200);
});

import fc from 'fast-check';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCtdbConf } from '../../core/ctdb-config/ctdb-conf.ts';
import { parseCtdbConf } from '../../core/ctdb-config/parse-ctdb-conf.ts';
import { script, temporaryDirectory } from '../support/temporary-directory.ts';

const parse = (text: string) => parseCtdbConf(text, '/c');
const defaults = {
  location: 'file:/var/log/ctdb/log.ctdb',
  logLevel: 'NOTICE',
  debugScript: null,
  scriptLogLevel: 'ERROR',
  problems: [],
};
const readText = (text: string) => readCtdbConf(temporaryDirectory({ 'ctdb.conf': text }));

it('reads settings with section and line', () => {
  const text = '[logging]\n\tlocation = syslog\n\n[Event] rest\ndebug script=a  b\r\n';
  expect(parse(text)).toEqual({
    settings: [
      { section: 'logging', key: 'location', value: 'syslog', line: 2 },
      { section: 'Event', key: 'debug script', value: 'a b', line: 5 },
    ],
  });
});

it.each([
  ['a comment is a whole line, and never goes on', '# a = b\\\n  ; c = d\na = b # c', ['a', 'b # c', 3]],
  [
    'a line goes on after a backslash, with a blank behind it or not',
    'a\\\nb \\ \r\n  =c\\\n d',
    ['ab', 'c d', 1],
  ],
  ['a continued line of nothing begins the next one', '\\\na = b', ['a', 'b', 1]],
  ['a backslash at the end of the file stays', 'a = b\\', ['a', 'b\\', 1]],
  ['the first of several blanks stays', 'a \t b = c\t d', ['a b', 'c\td', 1]],
  ['the value begins after the first equals sign', 'a = b = c', ['a', 'b = c', 1]],
  ['a line without an equals sign is passed over', 'x\na =', ['a', '', 2]],
  ['NUL ends a line', 'x\0=y\na = b\0c', ['a', 'b', 2]],
])('%s', (_title, text, [key, value, line]) => {
  expect(parse(text)).toEqual({ settings: [{ section: undefined, key, value, line }] });
});

it('stops where CTDB stops, and says where', () => {
  expect(parse('a = b\n[x\nc = d')).toEqual({
    settings: [expect.objectContaining({ key: 'a' })],
    error: '/c:2: "[x", expected a closing bracket',
  });
  expect(parse('\n = b').error).toBe('/c:2: "= b", expected a key before the equals sign');
});

it('takes any text without throwing, and counts lines within it', () => {
  const character = fc.constantFrom(...Array.from('[]=\\#; \t\r\n\n\vab\0é'));
  let found = 0;
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 60 }), (text) => {
      const { settings } = parse(text);
      const lines = text.split('\n').length;
      for (const { line, key, value } of settings) {
        expect(line).toBeLessThanOrEqual(lines);
        expect(key + value).not.toMatch(/[\n\0]| {2}/);
      }
      found += settings.length;
    }),
    { numRuns: 1000, examples: [['[a]\n a = b \\\n  a\n']] },
  );
  expect(found).toBeGreaterThan(0);
});

it('reads back any settings that are written plainly', () => {
  const word = fc.stringMatching(/^[a-z0-9:/._-]{1,8}( [a-z0-9=#;"]{1,5}){0,2}$/);
  const key = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,5}){0,2}$/);
  const setting = fc.record({ section: key, key, value: word });
  fc.assert(
    fc.property(fc.array(setting, { maxLength: 8 }), (written) => {
      const text = written.map(({ section, key, value }) => `[${section}]\n\t${key} = ${value}\n`).join('');
      const expected = written.map((one, index) => ({ ...one, line: 2 * index + 2 }));
      expect(parse(text)).toEqual({ settings: expected });
    }),
  );
});

it('a missing or empty file means the defaults', async () => {
  expect(await readCtdbConf(temporaryDirectory())).toEqual(defaults);
  expect(await readText('')).toEqual(defaults);
});

it('reads what an event daemon needs, and passes over the rest', async () => {
  const base = temporaryDirectory({
    'debug.sh': script('exit 0'),
    'ctdb.conf':
      '[cluster]\nlocation = x\nnode address = 10.0.0.1\n[LOGGING]\nlocation = syslog:udp\nlog level = inf\nLocation = x\n' +
      '[event]\ndebug script = /elsewhere/debug.sh\n[legacy]\nscript log level = 10\n',
  });
  expect(await readCtdbConf(base)).toEqual({
    location: 'syslog:udp',
    logLevel: 'INFO',
    debugScript: join(base, 'debug.sh'),
    scriptLogLevel: 'DEBUG',
    problems: [],
  });
});

it.each([
  ['[logging]\nlocation = /var/log', 'location'],
  ['[logging]\nlocation = syslog:local', 'location'],
  ['[logging]\nlocation =', 'location'],
  ['[logging]\nlog level = 11', 'log level'],
  ['[logging]\nlog level = noticed', 'log level'],
  ['[legacy]\nscript log level = -1', 'script log level'],
])('a wrong value has its default and is a problem: %j', async (text, key) => {
  const { problems, ...conf } = await readText(`${text}\n[event]\n`);
  expect({ ...conf, problems: [] }).toEqual(defaults);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`/ctdb\\.conf:2: \\[\\w+\\] ${key} = ".*", expected `));
});

it('one wrong value leaves the others', async () => {
  const conf = await readText('[logging]\nlog level = loud\nlocation = syslog');
  expect(conf).toMatchObject({ location: 'syslog', logLevel: 'NOTICE' });
  expect(conf.problems).toHaveLength(1);
});

it('says what is wrong with a debug script, and goes without', async () => {
  const base = temporaryDirectory({
    'plain.sh': 'exit 0\n',
    'ctdb.conf':
      '[event]\ndebug script = none.sh\ndebug script = dir\ndebug script = plain.sh\ndebug script =\n',
  });
  mkdirSync(join(base, 'dir'));
  const { debugScript, problems } = await readCtdbConf(base);
  expect(debugScript).toBeNull();
  expect(problems).toEqual([
    expect.stringMatching(/:2: .*debug script \S+\/none\.sh does not exist$/),
    expect.stringMatching(/:3: .*debug script \S+\/dir is not a file$/),
    expect.stringMatching(/:4: .*debug script \S+\/plain\.sh is not executable$/),
    expect.stringMatching(/:5: .*expected a file name$/),
  ]);
});

it('a file that cannot be parsed or read counts as none, and is a problem', async () => {
  const broken = await readText('[logging]\nlocation = syslog\n[event\n');
  expect(broken).toEqual({ ...defaults, problems: [expect.stringContaining('ctdb.conf:3: "[event"')] });
  const base = temporaryDirectory();
  mkdirSync(join(base, 'ctdb.conf'));
  expect(await readCtdbConf(base)).toEqual({
    ...defaults,
    problems: [expect.stringContaining('is no regular file')],
  });
});

import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCtdbConf } from '../../core/ctdb-config/ctdb-conf.ts';
import { parseLogLevel } from '../../core/ctdb-config/log-level.ts';
import { helper } from '../support/installed-ctdb.ts';
import { script, temporaryDirectory } from '../support/temporary-directory.ts';

/*
 * Our reader of ctdb.conf and CTDB's own, ctdb-config of Debian's ctdb, on the same files.
 */

const program = helper('ctdb-config');

/** How ctdb-config exits, and what it prints. */
function ctdbConfig(base: string, ...args: string[]): { status: number | null; printed: string } {
  const environment = { PATH: process.env['PATH'], CTDB_TEST_MODE: '1', CTDB_BASE: base };
  const { status, stdout, error } = spawnSync(program, args, { env: environment, timeout: 20_000 });
  if (error !== undefined) throw error;
  return { status, printed: String(stdout).trimEnd() };
}

/** What CTDB has for a setting, undefined if it refuses the file. */
function stockValue(base: string, section: string, key: string): string | undefined {
  const { status, printed } = ctdbConfig(base, 'get', section, key);
  return status === 0 ? printed : undefined;
}

/** Pieces that matter to the parser, and settings that a daemon reads. */
const piece = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...Array.from('[]=\\#; \t\r\n\v\f\0'),
      '\\\n',
      '\\ \n',
      '\n\n',
      ' = ',
      'é',
      '"',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('[logging]\n', '[LegaCy]', 'location', 'log level', 'script log level'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'location = syslog\n',
      'location = file:/tmp/a\n',
      'location=file:/tmp/a:b \n',
      'location = file:\n',
      'location = file:/var/log/ctdb/log.ctdb\n',
      'location = syslog:tcp\n',
      'location = ::syslog::udp:x\n',
      'script log level = not',
      'script log level = 7x\n',
      'script log level = 11\n',
      'script log level =\n',
      'script log level = ERROR\n',
    ),
  },
);
const file = fc
  .tuple(
    fc.constantFrom('[logging]\n', '[legacy]\n', '[logging]\\\n', ''),
    fc.array(piece, { maxLength: 10 }),
  )
  .map(([head, pieces]) => head + pieces.join(''));

test(
  'any file: our values are those of ctdb-config, and what it refuses is a problem',
  { timeout: 120_000 },
  async () => {
    const base = temporaryDirectory();
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(file, async (text) => {
        writeFileSync(join(base, 'ctdb.conf'), text);
        const ours = await readCtdbConf(base);
        const location = stockValue(base, 'logging', 'location');
        const isRefused = location === undefined;
        outcomes.add(isRefused ? 'refused' : 'accepted');
        const level = parseLogLevel(stockValue(base, 'legacy', 'script log level') ?? '');
        expect(
          isRefused ? ours.problems.length > 0 : { location: ours.location, level: ours.scriptLogLevel },
        ).toEqual(isRefused ? true : { location, level });
      }),
      {
        numRuns: Number(process.env['CTDB_HOOK_PROPERTY_RUNS'] ?? 300),
        examples: [['[logging]\n'], ['[logging\n']],
      },
    );
    expect([...outcomes].sort()).toEqual(['accepted', 'refused']);
  },
);

test('an ordinary file is taken alike, and ctdb-config finds nothing wrong with it', async () => {
  const base = temporaryDirectory({
    'debug.sh': script('exit 0'),
    'ctdb.conf':
      '[logging]\n\t# quiet\n\tlocation = syslog:nonblocking\n\tlog level = WARNING\n\n[event]\n\tdebug script = debug.sh\n',
  });
  expect(ctdbConfig(base, 'validate').status).toBe(0);
  expect(await readCtdbConf(base)).toEqual({
    location: stockValue(base, 'logging', 'location'),
    logLevel: stockValue(base, 'logging', 'log level'),
    debugScript: join(base, stockValue(base, 'event', 'debug script') ?? ''),
    scriptLogLevel: 'ERROR',
    problems: [],
  });
});

test.each(['none.sh', 'dir/', 'plain.sh', '/'])(
  'a debug script that ctdb-config refuses is a problem: %s',
  async (name) => {
    const base = temporaryDirectory({
      'plain.sh': 'exit 0\n',
      'dir/file': '',
      'ctdb.conf': `[event]\ndebug script = ${name}\n`,
    });
    expect(ctdbConfig(base, 'validate').status).not.toBe(0);
    expect(await readCtdbConf(base)).toMatchObject({ debugScript: null, problems: [expect.any(String)] });
  },
);

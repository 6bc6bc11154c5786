import { expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { option } from '../../core/plugin-api/option.ts';
import { OptionsError, readOptions } from '../../core/plugin-api/read-options.ts';

const schema = z.object({
  CTDB_NFS_CHECKS_DIR: option.path('nfs-checks.d'),
  CTDB_NFS_CALLOUT: option.path(),
  CTDB_SAMBA_SKIP_SHARE_CHECK: option.yesNo(false),
  CTDB_KILLTCP_USE_SS_KILL: option.oneOf(['no', 'try', 'yes'], 'no'),
  CTDB_SAMBA_CHECK_PORTS: option.words(),
  CTDB_RPCINFO_LOCALHOST: option.word('127.0.0.1'),
  CTDB_SAMBA_INTERFACES_EXTRA: option.text(''),
  LIMIT: option.wholeNumber(3, { max: 10 }),
});

const nowhere = new Map<string, never>();
const read = (environment: Record<string, string>) =>
  readOptions(schema, nowhere, { CTDB_BASE: '/b', ...environment });

const unset = {
  CTDB_NFS_CHECKS_DIR: '/b/nfs-checks.d',
  CTDB_NFS_CALLOUT: undefined,
  CTDB_SAMBA_SKIP_SHARE_CHECK: false,
  CTDB_KILLTCP_USE_SS_KILL: 'no',
  CTDB_SAMBA_CHECK_PORTS: undefined,
  CTDB_RPCINFO_LOCALHOST: '127.0.0.1',
  CTDB_SAMBA_INTERFACES_EXTRA: '',
  LIMIT: 3,
};

it('fills in what is unset', () => {
  expect(read({})).toEqual(unset);
});

it('takes what is set but empty for unset', () => {
  expect(read(Object.fromEntries(Object.keys(schema.shape).map((name) => [name, ''])))).toEqual(unset);
});

it('reads what is set, and nothing else', () => {
  const environment = {
    CTDB_NFS_CHECKS_DIR: '/checks',
    CTDB_NFS_CALLOUT: 'nfs-ganesha-callout',
    CTDB_SAMBA_SKIP_SHARE_CHECK: 'yes',
    CTDB_KILLTCP_USE_SS_KILL: 'try',
    CTDB_SAMBA_CHECK_PORTS: ' 445 \t139 ',
    CTDB_RPCINFO_LOCALHOST: '::1',
    CTDB_SAMBA_INTERFACES_EXTRA: 'eth2 eth3',
    LIMIT: '010',
    CTDB_OTHER: '?',
  };
  expect(read(environment)).toEqual({
    CTDB_NFS_CHECKS_DIR: '/checks',
    CTDB_NFS_CALLOUT: '/b/nfs-ganesha-callout',
    CTDB_SAMBA_SKIP_SHARE_CHECK: true,
    CTDB_KILLTCP_USE_SS_KILL: 'try',
    CTDB_SAMBA_CHECK_PORTS: ['445', '139'],
    CTDB_RPCINFO_LOCALHOST: '::1',
    CTDB_SAMBA_INTERFACES_EXTRA: 'eth2 eth3',
    LIMIT: 10,
  });
});

it('has the types that the kinds say', () => {
  expectTypeOf(read({})).toEqualTypeOf<{
    CTDB_NFS_CHECKS_DIR: string;
    CTDB_NFS_CALLOUT: string | undefined;
    CTDB_SAMBA_SKIP_SHARE_CHECK: boolean;
    CTDB_KILLTCP_USE_SS_KILL: 'no' | 'try' | 'yes';
    CTDB_SAMBA_CHECK_PORTS: readonly string[] | undefined;
    CTDB_RPCINFO_LOCALHOST: string;
    CTDB_SAMBA_INTERFACES_EXTRA: string;
    LIMIT: number;
  }>();
});

it('has a path below /etc/ctdb when no CTDB_BASE is set', () => {
  expect(readOptions(schema, nowhere, {}).CTDB_NFS_CHECKS_DIR).toBe('/etc/ctdb/nfs-checks.d');
});

it.each([
  ['CTDB_SAMBA_SKIP_SHARE_CHECK', 'maybe', 'yes or no'],
  ['CTDB_SAMBA_SKIP_SHARE_CHECK', 'YES', 'yes or no'],
  ['CTDB_KILLTCP_USE_SS_KILL', 'never', 'one of no, try, yes'],
  ['CTDB_RPCINFO_LOCALHOST', 'a b', 'one word without blanks'],
  ['LIMIT', '11', 'a whole number from 0 to 10'],
  ['LIMIT', '-1', 'a whole number from 0 to 10'],
  ['LIMIT', '1.5', 'a whole number from 0 to 10'],
  ['LIMIT', '0x5', 'a whole number from 0 to 10'],
])('says of %s=%s what was expected', (name, value, expected) => {
  const message = `environment: ${name} is ${JSON.stringify(value)}, expected ${expected}`;
  expect(() => read({ [name]: value })).toThrow(new OptionsError(message));
});

it('names every wrong option, each with the place that set it', () => {
  const places = new Map([
    ['CTDB_SAMBA_SKIP_SHARE_CHECK', { file: '/etc/ctdb/script.options', line: 12 }],
    ['LIMIT', { file: '/etc/ctdb/rc.local', line: undefined }],
  ]);
  const environment = { CTDB_SAMBA_SKIP_SHARE_CHECK: 'maybe', LIMIT: 'x', CTDB_KILLTCP_USE_SS_KILL: 'yes\r' };
  expect(() => readOptions(schema, places, environment)).toThrow(
    new OptionsError(
      [
        '/etc/ctdb/script.options:12: CTDB_SAMBA_SKIP_SHARE_CHECK is "maybe", expected yes or no',
        'environment: CTDB_KILLTCP_USE_SS_KILL is "yes\\r", expected one of no, try, yes',
        '/etc/ctdb/rc.local: LIMIT is "x", expected a whole number from 0 to 10',
      ].join('\n'),
    ),
  );
});

it('is as clear about schemas of an author', () => {
  const own = z.object({
    PATTERN: z.string().regex(/^a/, 'must begin with an a'),
    NEEDED: z.string(),
    EMAIL: z.email().default('root@localhost'),
    FLAG: z.stringbool().default(false),
  });
  expect(() => readOptions(own, new Map([['PATTERN', { file: '/f', line: 3 }]]), { PATTERN: 'b' })).toThrow(
    new OptionsError(
      [
        '/f:3: PATTERN is "b": must begin with an a',
        'NEEDED is not set, in no option file nor in the environment: Invalid input: expected string, received undefined',
      ].join('\n'),
    ),
  );
  expect(readOptions(own, nowhere, { PATTERN: 'a', NEEDED: 'x', FLAG: 'yes' })).toEqual({
    PATTERN: 'a',
    NEEDED: 'x',
    EMAIL: 'root@localhost',
    FLAG: true,
  });
});

it('reports a rule over several options without naming one', () => {
  const own = z
    .object({ A: option.yesNo(false), B: option.yesNo(false) })
    .refine(({ A, B }) => A !== B, 'A or B');
  expect(() => readOptions(own, nowhere, {})).toThrow(new OptionsError('options: A or B'));
});

it('does not take what every object has for the value of an option of that name', () => {
  const own = z.object({ constructor: option.word('none'), valueOf: option.text() });
  expect({ ...readOptions(own, nowhere, {}) }).toEqual({ constructor: 'none', valueOf: undefined });
});

import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ctdbPaths } from '../../core/ctdb/paths.ts';

it('knows where an installed CTDB has its things', () => {
  expect(ctdbPaths({})).toMatchObject({
    base: '/etc/ctdb',
    varDir: '/var/lib/ctdb',
    scriptVarDir: '/var/lib/ctdb/scripts',
    sysEtcDir: '/etc',
    proc: '/proc',
  });
  expect(['/run/ctdb', '/var/run/ctdb']).toContain(ctdbPaths({}).runDir);
});

it.runIf(existsSync('/usr/sbin/ctdbd'))('finds the helpers of the CTDB that is installed here', () => {
  expect(existsSync(`${ctdbPaths({}).helperDir}/ctdb_takeover_helper`)).toBe(true);
});

it('follows the variables that CTDB has for its paths', () => {
  const environment = {
    CTDB_BASE: '/b',
    CTDB_SCRIPT_VARDIR: '/s',
    CTDB_HELPER_BINDIR: '/h',
    CTDB_SYS_ETCDIR: '/e',
    PROCFS_PATH: '/p',
  };
  expect(ctdbPaths(environment)).toMatchObject({
    base: '/b',
    scriptVarDir: '/s',
    helperDir: '/h',
    sysEtcDir: '/e',
    proc: '/p',
  });
});

it('takes an empty variable for an unset one', () => {
  const environment = { CTDB_BASE: '', CTDB_SYS_ETCDIR: '', CTDB_SCRIPT_VARDIR: '', CTDB_HELPER_BINDIR: '' };
  expect(ctdbPaths(environment)).toEqual(ctdbPaths({}));
});

it('has everything below CTDB_BASE in test mode', () => {
  const environment = { CTDB_TEST_MODE: '', CTDB_BASE: '/t', CTDB_TEST_HELPER_BINDIR: '/h' };
  expect(ctdbPaths(environment)).toMatchObject({
    base: '/t',
    runDir: '/t/run',
    varDir: '/t/var',
    scriptVarDir: '/t/var/scripts',
    helperDir: '/h',
  });
});

it('refuses test mode without CTDB_BASE, as CTDB does', () => {
  expect(() => ctdbPaths({ CTDB_TEST_MODE: 'yes' })).toThrow(
    'Broken CTDB setup, CTDB_BASE not set in test mode',
  );
});

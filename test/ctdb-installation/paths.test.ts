import { expect, it } from 'vitest';
import { installedCtdb } from '../../core/ctdb-installation/installation.ts';
import { ctdbPaths } from '../../core/ctdb-installation/paths.ts';

it('has the places that the installed CTDB names, and its own files apart from them', () => {
  const { base, varDir, eventdSocket, eventdPidFile, ctdbdSocket, ctdbdPidFile } = installedCtdb();
  const installed = { base, varDir, eventdSocket, eventdPidFile, ctdbdSocket, ctdbdPidFile };
  expect(ctdbPaths({})).toMatchObject({
    ...installed,
    scriptVarDir: `${varDir}/scripts`,
    ownRunDir: '/run/ctdb-hook',
    ownVarDir: '/var/lib/ctdb-hook',
    sysEtcDir: '/etc',
    proc: '/proc',
  });
});

it('follows CTDB_SOCKET where the installed CTDB does', () => {
  const { ctdbdSocket, obeysCtdbSocket } = installedCtdb();
  expect(ctdbPaths({ CTDB_SOCKET: '/s' }).ctdbdSocket).toBe(obeysCtdbSocket ? '/s' : ctdbdSocket);
  expect(ctdbPaths({ CTDB_SOCKET: '' }).ctdbdSocket).toBe(ctdbdSocket);
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
    eventdSocket: '/t/run/eventd.socket',
    eventdPidFile: '/t/run/eventd.pid',
    ctdbdSocket: '/t/run/ctdbd.socket',
    ctdbdPidFile: '/t/run/ctdbd.pid',
    ownRunDir: '/t/run/ctdb-hook',
    ownVarDir: '/t/var/lib/ctdb-hook',
    varDir: '/t/var',
    scriptVarDir: '/t/var/scripts',
    helperDir: '/h',
  });
});

it('follows CTDB_SOCKET in test mode, as every CTDB does', () => {
  const environment = { CTDB_TEST_MODE: '1', CTDB_BASE: '/t', CTDB_SOCKET: '/s/ctdbd' };
  expect(ctdbPaths(environment).ctdbdSocket).toBe('/s/ctdbd');
});

it('refuses test mode without CTDB_BASE, as CTDB does', () => {
  expect(() => ctdbPaths({ CTDB_TEST_MODE: 'yes' })).toThrow(
    'Broken CTDB setup, CTDB_BASE not set in test mode',
  );
});
